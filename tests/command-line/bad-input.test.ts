import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FlowFolder, twoSteps } from './flow-folder.ts'

const fields = `  size = parameter.integer({ required: true, help: 'How many' })
  rate = parameter.number({ default: 0.5, schema: { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => Number(value) < 1 ? { value: Number(value) } : { issues: [{ message: 'must be below 1' }] } } } })
  learningRate = parameter(0.1)
  fast = parameter(false)
  shape = parameter.json<{ deep: boolean }>({ default: { deep: true } })`

describe('a flow file', () => {
  it.each([
    {
      what: 'that does not exist',
      file: 'gone.ts',
      says: /^error: Could not find the flow file gone\.ts, looked for at \/.*gone\.ts\.\n$/,
    },
    { what: 'that is a folder', file: 'folder', says: /it is not a file/ },
    {
      what: 'that does not parse',
      file: 'broken.ts',
      says: /Could not bundle .*\nbroken\.ts:3:11 .*\n {4}3 \| {3}start = = step.*\n {6}\| {11}\^\n/s,
    },
    { what: 'that exports no flow', file: 'none.ts', says: /Could not use none\.ts\. The file exports no flow/ },
    { what: 'that exports two', file: 'two.ts', says: /Could not use two\.ts\..*2 flows, A and B/ },
    { what: 'that throws', file: 'throws.ts', says: /Could not import throws\.ts: Error: not today \(.*throws\.ts:2:7\)/ },
    { what: 'whose package is not installed', file: 'package.ts', says: /Could not import package\.ts:.*no-such-package/ },
    { what: 'whose class cannot be constructed', file: 'constructor.ts', says: /Could not construct the flow Tiny: no such setting/ },
  ])('$what ends with exit code 2 and says so', async ({ file, says }) => {
    using folder = new FlowFolder({
      'broken.ts': "import { FlowSpec, step } from 'millrace'\nexport class A extends FlowSpec {\n  start = = step(() => {})\n}",
      'none.ts': 'export const a = 1',
      'two.ts':
        "import { FlowSpec, step } from 'millrace'\nexport class A extends FlowSpec { start = step(() => {}) }\nexport class B extends FlowSpec { start = step(() => {}) }",
      'throws.ts': "const text: string = 'not today'\nthrow new Error(text)",
      'package.ts': "import 'no-such-package'",
      'constructor.ts': twoSteps({ fields: "  x = (() => { throw new Error('no such setting') })()", main: false }),
    })
    mkdirSync(join(folder.path, 'folder'))
    const { code, stderr, stdout } = await folder.millrace([file, 'run'])
    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/\n {4}at /)
    expect([code, stdout]).toEqual([2, ''])
    expect(readdirSync(join(folder.path, '.millrace'))).toEqual([])
  })

  it('that gives two flows to main is refused: by node when it comes to the second, by millrace before anything runs', async () => {
    using folder = new FlowFolder({
      'flow.ts': `${twoSteps()}class Other extends FlowSpec { start = step(() => {}) }\nawait main(Other, import.meta)\n`,
    })
    const { code, stderr } = await folder.node(['flow.ts', 'check'])
    expect(stderr).toMatch(/Could not use Other of .*a file has one flow, and this one is already Tiny's/)
    expect(code).toBe(2)
    expect(await folder.millrace(['flow.ts', 'run'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: Could not use flow.ts. A file has one flow, and this one has Tiny and Other. Move one of them to a file of its own.\n',
    })
  })

  it('that forgets main is told so by node, where it was given a command, and run by millrace all the same', async () => {
    using folder = new FlowFolder({
      'flow.ts': twoSteps({ main: false }),
      'fails.ts': `${twoSteps({ main: false })}process.exitCode = 3\n`,
      'test.ts': `import Tiny from './flow.ts'\nconsole.log(Tiny.name)\n`,
    })
    expect(await folder.node(['flow.ts', 'run'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: Could not do "run" with ${join(folder.path, 'flow.ts')}: it holds the flow Tiny and ended without calling main. Import main from 'millrace', and end the file with "await main(Tiny, import.meta)".\n`,
    })
    expect(await folder.node(['fails.ts', 'run'])).toEqual({ code: 3, stdout: '', stderr: '' })
    expect(await folder.node(['flow.ts', './data'])).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(await folder.node(['test.ts', 'run'])).toEqual({ code: 0, stdout: 'Tiny\n', stderr: '' })
    expect((await folder.millrace(['flow.ts', 'run'])).code).toBe(0)
  })
})

describe('parameters that are wrong', () => {
  it('are told all at once, and nothing runs', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps({ fields }) })
    const { code, stderr, stdout } = await folder.node([
      'flow.ts', 'run', '--rate', '2', '--learning-rate=fast', '--fast=maybe', '--shape', '{', '--colour', 'red', '--max-workers', '0',
      '--with', 'rety', '--tag', '', 'word',
    ]) // biome-ignore format: one line of a command
    expect(stderr.split('\n').map((line) => line.replace(/^error: /, ''))).toEqual([
      '--colour is not an option here. See --help for those that exist.',
      'run takes no words such as "word". Usage: node flow.ts run [options] [parameters]',
      '--max-workers is a whole number from 1, and "0" is not.',
      '--size is missing (How many). Give it, or set MILLRACE_PARAM_SIZE.',
      '--rate: must be below 1',
      '--learning-rate is a number, and "fast" is not.',
      '--fast is true or false, and "maybe" is not.',
      expect.stringMatching(/^--shape is JSON, and "\{" is not: /),
      '--with rety names no step option. Did you mean --with retry? There are batch, retry, timeout, catch, environment, resources.',
      '--tag: A tag must not be empty, and "" is.',
      '',
    ])
    expect([code, stdout]).toEqual([2, ''])
    expect(readdirSync(join(folder.path, '.millrace'))).toEqual([])
  })

  it('of the environment are told with the name of the variable', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps({ fields }) })
    const { code, stderr } = await folder.node(['flow.ts', 'run'], { env: { MILLRACE_PARAM_SIZE: 'many' } })
    expect([code, stderr]).toEqual([2, 'error: MILLRACE_PARAM_SIZE is a whole number, and "many" is not.\n'])
  })

  it('have the nearest name when they are mistyped', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps({ fields }) })
    const { code, stderr } = await folder.node(['flow.ts', 'run', '--size', '1', '--learing-rate', '2'])
    expect([code, stderr]).toEqual([2, 'error: --learing-rate is not an option here. Did you mean --learning-rate?\n'])
  })
})

describe('an invalid graph', () => {
  const flow = `import { FlowSpec, join, main, parameter, step, type Inputs } from 'millrace'

export default class Bad extends FlowSpec {
  maxWorkers = parameter(1)
  start = step(() => {
    this.next(this.midle)
  })
  middle = step(() => {
    this.next(this.end)
  })
  end = step(() => {})
}

await main(Bad, import.meta)
`

  it.each(['check', 'run'])('is refused by %s with every problem at its line, and exit code 2', async (command) => {
    using folder = new FlowFolder({ 'flow.ts': flow })
    const { code, stderr, stdout } = await folder.node(['flow.ts', command])
    expect(stderr).toMatch(/^flow\.ts:4:3: The parameter maxWorkers has the name of the option --max-workers/m)
    expect(stderr).toMatch(/^flow\.ts:6:\d+: Step start .*midle.*middle/m)
    expect(stderr).toMatch(/^ {4}6 \| {5}this\.next\(this\.midle\)\n {5} \| +\^$/m)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('that was bundled is told at the line of the original file', async () => {
    using folder = new FlowFolder({ 'flow.ts': `enum Unstrippable { A }\n${flow}` })
    const { code, stderr } = await folder.millrace(['flow.ts', 'check'])
    expect(stderr).toMatch(/^flow\.ts:7:\d+: Step start .*midle/m)
    expect(code).toBe(2)
  })
})

describe('usage', () => {
  it.each([
    { args: ['rum'], says: 'error: rum is not a command. Did you mean run?\n' },
    { args: ['help'], says: /^error: help is not a command\. There are run, .*; --help tells more\.\n$/ },
    { args: ['show', '--jsn'], says: 'error: --jsn is not an option here. Did you mean --json?\n' },
    { args: ['show', '--json', '--mermaid'], says: 'error: --json and --mermaid exclude each other.\n' },
    { args: ['logs'], says: /^error: logs is incomplete\. Usage: node flow\.ts logs PATHSPEC/ },
    { args: ['logs', '../../etc/passwd'], says: /^error: Could not read the pathspec "\.\.\/\.\.\/etc\/passwd"/ },
    { args: ['dump', 'Other/1'], says: /^error: Could not look up Other\/1 here: it belongs to the flow Other/ },
    { args: ['dump', 'Tiny'], says: /^error: Could not look up Tiny: it names no run/ },
    { args: ['logs', '7'], says: /^error: Could not find Tiny\/7\. Tiny has no runs in file:/ },
    {
      args: ['run', '--with', 'batch'],
      says: /^error: No queue of AWS Batch is known for start, end\. Set MILLRACE_BATCH_QUEUE.*\nerror: Steps on AWS Batch need a datastore that they can reach/m,
    },
    { args: ['--quite'], says: 'error: --quite is not an option here. Did you mean --quiet?\n' },
    { args: ['run', '--run-id-file', 'no/such/folder/id'], says: /^error: --run-id-file no\/such\/folder\/id cannot be written to/ },
    {
      args: ['runs', '--datastore-root', 's3://UPPER/x'],
      says: /^error: Could not open the datastore s3:\/\/UPPER\/x: it names no bucket of S3/,
    },
  ])('$args is refused with exit code 2', async ({ args, says }) => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps() })
    const { code, stderr, stdout } = await folder.node(['flow.ts', ...args])
    if (typeof says === 'string') expect(stderr).toBe(says)
    else expect(stderr).toMatch(says)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('without a command prints the help to stderr', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps() })
    const { code, stderr, stdout } = await folder.node(['flow.ts'])
    expect(stderr).toMatch(/^Tiny\n\nDoes next to nothing\..*error: No command was given\.\n$/s)
    expect([code, stdout]).toEqual([2, ''])
  })

  it('of millrace without a flow file says what is missing', async () => {
    using folder = new FlowFolder()
    expect(await folder.millrace([])).toMatchObject({ code: 2, stderr: expect.stringContaining('error: No flow file was given.') })
    expect(await folder.millrace(['run', '--size', '3'])).toMatchObject({
      code: 2,
      stderr: 'error: run needs a flow file before it: millrace FLOW_FILE run --size 3\n',
    })
  })

  it('of variables of AWS that lead nowhere says so without a stack', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps() })
    const env = { AWS_ENDPOINT_URL_S3: 'nonsense', AWS_REGION: 'eu-north-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }
    expect(await folder.node(['flow.ts', 'runs', '--datastore-root', 's3://bucket/runs'], { env })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: Could not open the datastore s3:\/\/bucket\/runs: AWS_ENDPOINT_URL_S3 is the URL of .*\n$/),
    })
  })

  it('of a config file that is wrong names the file', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps(), 'millrace.config.json': '{ "maxWorker": 3 }' })
    const { code, stderr } = await folder.node(['flow.ts', 'run'])
    expect(stderr).toMatch(
      /^error: \/.*\/millrace\.config\.json has a setting "maxWorker" that does not exist\. Did you mean maxWorkers\?\n$/,
    )
    expect(code).toBe(2)
  })
})
