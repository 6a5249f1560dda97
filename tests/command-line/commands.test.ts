import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, FlowFolder, twoSteps, version } from './flow-folder.ts'

const flow = `import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/**
 * Fits shards.
 *
 * And gathers them.
 */
export default class Fits extends FlowSpec {
  size = parameter(3, { help: 'How many shards' })
  learningRate = parameter(0.1)
  names = parameter.string({ separator: ',', default: ['a', 'b'] })
  fast = parameter(false, { help: 'Less exactly' })
  label = parameter.string()
  shards!: number[]
  mean!: number
  big!: Float64Array
  total = 0

  /** Makes the shards. */
  start = step(() => {
    this.shards = Array.from({ length: this.size }, (_, index) => index)
    console.log('shards', this.names.join('+'), this.learningRate, this.fast, this.label)
    console.error('a warning')
    this.next(this.fit, { foreach: this.shards })
  })

  fit = step({ retry: 1, resources: { cpu: 2, memory: 100 } }, (shard: number) => {
    console.log('fitting', shard)
    this.mean = shard / 2
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.reduce((sum, input) => sum + input.mean, 0)
    this.big = new Float64Array(5_000)
    this.next(this.end)
  })

  end = step(() => console.log('total', this.total))
}

await main(Fits, import.meta)
`

describe('a flow that runs by node', () => {
  let folder: FlowFolder
  let run: Ended
  beforeAll(async () => {
    folder = new FlowFolder({ 'fits.ts': flow })
    run = await folder.node(
      [
        'fits.ts',
        '--quiet',
        'run',
        '--size',
        '4',
        '--learningRate=0.5',
        '--names',
        'x,y',
        '--fast',
        '--tag',
        'one',
        '--tag',
        'två',
        '--run-id-file',
        'id',
      ],
      { env: { MILLRACE_PARAM_LABEL: 'from outside' } },
    )
  })
  afterAll(() => folder[Symbol.dispose]())
  const at = (...args: string[]): Promise<Ended> => folder.node(['fits.ts', ...args])

  it('prints what its tasks wrote, with time, task and process, and nothing else with --quiet', () => {
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const lines = run.stdout.trimEnd().split('\n')
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[1\/\w+\/\d+ \(pid \d+\)\] /)
    expect(lines.map((line) => line.replace(/^.*\)\] /, '')).sort()).toEqual(
      ['a warning', 'fitting 0', 'fitting 1', 'fitting 2', 'fitting 3', 'shards x+y 0.5 true from outside', 'total 3'].sort(),
    )
  })

  it('writes its number to --run-id-file and its runs to .millrace of the working directory', () => {
    expect(readFileSync(join(folder.path, 'id'), 'utf8')).toBe('1\n')
    expect(existsSync(join(folder.path, '.millrace', 'Fits', 'runs', '1', 'run.json'))).toBe(true)
  })

  it('is listed by runs, as text and as JSON', async () => {
    const { code, stdout } = await at('runs')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^run {2}status +created +duration {2}tags\n1 {4}succeeded {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\S+ +one, två\n$/,
    )
    expect(JSON.parse((await at('runs', '--json')).stdout)).toMatchObject([
      { run: '1', status: 'succeeded', user: 'tester', namespace: 'user:tester' },
    ])
  })

  it('has its logs shown for a run, a step and a task, by stream and with times', async () => {
    expect((await at('logs', '1/start/1')).stdout).toBe('shards x+y 0.5 true from outside\na warning\n')
    expect((await at('logs', 'Fits/1/start/1', '--stderr')).stdout).toBe('a warning\n')
    expect((await at('logs', '1/start/1', '--stdout', '--timestamps')).stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} shards.*\n$/)
    expect((await at('logs', '1/fit')).stdout).toMatch(/^(\[1\/fit\/\d\] fitting \d\n){4}$/)
    expect((await at('logs', '1')).stdout.split('\n')).toHaveLength(8)
    expect(await at('logs', '1/fit', '--stderr')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'Fits/1/fit has written nothing to stderr.\n',
    })
  })

  it('has its artifacts shown, with large ones named and not loaded', async () => {
    const { stdout } = await at('dump', '1')
    expect(stdout).toMatch(/^Fits\/1\/end\/\d+\n/)
    expect(stdout).toMatch(/^ {2}total = 3$/m)
    expect(stdout).toMatch(/^ {2}big = <40\.\d kB, not loaded: --max-value-size \d+ shows it>$/m)
    expect(stdout).toMatch(/^ {2}names = \[ 'x', 'y' \]$/m)
    expect((await at('dump', '1/gather/6/total')).stdout).toBe('Fits/1/gather/6\n  total = 3\n')
    expect((await at('dump', '1/fit', '--include', 'mean')).stdout.match(/^ {2}mean = /gm)).toHaveLength(4)
    expect(JSON.parse((await at('dump', '1/fit/2', '--json')).stdout)).toMatchObject({ pathspec: 'Fits/1/fit/2', artifacts: { mean: 0 } })
    expect(JSON.parse((await at('dump', '1/fit', '--json', '--max-value-size', '0')).stdout)).toHaveLength(4)
    const all: { pathspec: string; parents: string[] }[] = JSON.parse((await at('dump', '1', '--all', '--json')).stdout)
    expect(all.map(({ pathspec }) => pathspec.split('/')[2])).toEqual(['start', 'fit', 'fit', 'fit', 'fit', 'gather', 'end'])
    expect(all.find(({ pathspec }) => pathspec === 'Fits/1/gather/6')?.parents).toEqual([2, 3, 4, 5].map((task) => `Fits/1/fit/${task}`))
  })

  it.each([
    [['logs', '9'], /Could not find Fits\/9\. The newest runs are 1\./],
    [['logs', '1/ft'], /Could not find Fits\/1\/ft\. Did you mean the step fit\?/],
    [['logs', '1/fit/99'], /Could not find Fits\/1\/fit\/99\. Its tasks are 2, 3, 4, 5\./],
    [['logs', '1/start/1/names'], /Fits\/1\/start\/1\/names is an artifact, and tasks have logs\. Show it with dump/],
    [['logs', '1/start/1', '--attempt', '2'], /It has no attempt 2: there are 1\./],
    [['dump', '1/fit/99'], /Could not find Fits\/1\/fit\/99\. Its tasks are 2, 3, 4, 5\./],
    [['dump', '1', '--include', 'totl'], /Could not find Fits\/1\/totl\. Did you mean total\?|Did you mean total\?/],
  ])('%s is answered by what there is', async (args, says) => {
    const { code, stderr } = await at(...args)
    expect(stderr).toMatch(says)
    expect(code).toBe(2)
  })

  it('is shown as text, JSON and a Mermaid flowchart', async () => {
    const { stdout } = await at('show')
    expect(stdout).toMatch(
      /^Fits\n {4}Fits shards\.\n\n {4}And gathers them\.\n\nstart\n {4}Makes the shards\.\n {4}=> fit, for each item\n/,
    )
    expect(stdout).toContain('fit\n    retry: 1\n    resources: cpu 2, memory 100\n    => gather')
    const json = JSON.parse((await at('show', '--json')).stdout)
    expect(json.steps.map((step: { name: string; kind: string }) => [step.name, step.kind])).toEqual([
      ['start', 'foreach'],
      ['fit', 'linear'],
      ['gather', 'linear'],
      ['end', 'end'],
    ])
    expect((await at('show', '--mermaid')).stdout).toContain('step_start ==>|foreach| step_fit')
  })

  it('has a help that tells its docstring, its commands and its parameters', async () => {
    const { code, stdout } = await at('--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Fits\n\nFits shards\.\n\nAnd gathers them\.\n\nUsage: node fits\.ts COMMAND/)
    expect(stdout).toMatch(/--size NUMBER +How many shards \(number; default: 3\)/)
    expect(stdout).toMatch(/--names TEXT,\.\.\. +\(list of strings, separated by ","; default: a,b\)/)
    expect(stdout).toMatch(/--fast, --no-fast +Less exactly \(default: false\)/)
    expect((await at('run', '--help')).stdout).toMatch(/--max-workers N/)
  })
})

describe('a run', () => {
  it('says on stderr what happens, also that it is done', async () => {
    using folder = new FlowFolder({ 'fits.ts': flow })
    const { code, stderr } = await folder.node(['fits.ts', 'run', '--size', '20'])
    expect(code).toBe(0)
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^\d\S+ \S+ /, '').replace(/ \(pid \d+\)/, ''))
    expect(lines).toEqual([
      `Millrace ${version} runs Fits for user:tester.`,
      'Run Fits/1 has started.',
      '[1/start/1] Task is starting.',
      '[1/start/1] Task finished successfully.',
      '[1/start/1] Foreach yields 20 tasks of fit.',
      expect.stringMatching(/^\[1\/fit\] 20 of 20 tasks finished in \S+s\.$/),
      '[1/gather/22] Task is starting.',
      '[1/gather/22] Task finished successfully.',
      '[1/end/23] Task is starting.',
      '[1/end/23] Task finished successfully.',
      expect.stringMatching(/^Run Fits\/1 is done after /),
    ])
  })

  it('that fails ends with the step, the task, the error, the line of the source and how to see more', async () => {
    const broken = 'const value: { x?: { y: number } } = {}\n    console.log((value as any).x.y)'
    using folder = new FlowFolder({ 'flow.ts': twoSteps({ start: broken }) })
    const { code, stderr } = await folder.node(['flow.ts', '--quiet', 'run'])
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^Step start failed, in the task 1\/start\/1:\n {4}TypeError: Cannot read .*\n {4}at flow\.ts:8:34\n {8}8 \| {5}console\.log.*\n {10}\| +\^\nWhat the task wrote: node flow\.ts logs 1\/start\/1\nGo on from there: node flow\.ts resume --origin-run-id 1\n$/,
    )
  })

  it('takes its settings from millrace.config.json beside the flow', async () => {
    using folder = new FlowFolder({
      'flows/flow.ts': twoSteps(),
      'millrace.config.json': '{ "datastoreRoot": "kept", "namespace": "team" }',
    })
    expect((await folder.node(['flows/flow.ts', 'run'])).code).toBe(0)
    expect(readdirSync(join(folder.path, 'kept'))).toEqual(['Tiny'])
    expect(JSON.parse((await folder.node(['flows/flow.ts', 'runs', '--json'])).stdout)).toMatchObject([{ namespace: 'team' }])
  })

  it('whose process has gone is listed as failed and lost', async () => {
    using folder = new FlowFolder({
      'flow.ts': twoSteps({ start: 'await new Promise(() => setInterval(() => {}, 1_000))' }).replace(
        'start = step(',
        'start = step(async ',
      ),
    })
    const ended = folder.node(['flow.ts', 'run'], {
      watch: (child) => {
        child.stderr?.on('data', (text: string) => {
          if (String(text).includes('Task is starting')) child.kill('SIGKILL')
        })
      },
    })
    expect((await ended).code).toBeNull()
    expect((await folder.node(['flow.ts', 'runs'])).stdout).toMatch(/^1 {4}failed \(lost\) /m)
  })

  it('goes on when nobody reads its output any more', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps({ start: "for (let i = 0; i < 5_000; i += 1) console.log('x'.repeat(100))" }) })
    const { code, stderr } = await folder.node(['flow.ts', 'run'], { watch: (child) => child.stdout?.destroy() })
    expect(stderr).not.toContain('EPIPE')
    expect(code).toBe(0)
    const shown = await folder.node(['flow.ts', 'logs', '1'], { watch: (child) => child.stdout?.destroy() })
    expect(shown).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('the client as it is published', () => {
  it('prints what it gives under its name', async () => {
    using folder = new FlowFolder({
      'flow.ts': twoSteps(),
      'read.mjs':
        "import { Client } from 'millrace/client'\nconst run = await Client.open({ namespace: null }).get('Tiny/1')\nconsole.log(run, await run.endTask())",
    })
    expect((await folder.node(['flow.ts', 'run'])).code).toBe(0)
    expect((await folder.node(['read.mjs'])).stdout).toMatch(/^Run \{\n {2}id: '1',[\s\S]*^} Task \{\n {2}id: '2',/m)
  })
})
