import { describe, expect, it } from 'vitest'
import { FlowFolder } from './flow-folder.ts'

const flow = `import { FlowSpec, main, parameter, step } from 'millrace'

let calls = 0

export default class Given extends FlowSpec {
  ratio = parameter(0.5)
  rounds = parameter.integer({ default: () => (calls += 1) })
  note = parameter.string({ help: 'Free text' })
  fast = parameter(true)
  names = parameter.string({ separator: ' -- ', default: ['a'] })
  sizes = parameter.integer({ separator: ',' })
  options = parameter.json<{ deep: number[] }>({ default: { deep: [3, 1, 2] } })
  seen!: unknown
  refused!: string

  start = step(() => this.next(this.end))
  end = step(() => {
    this.seen = [this.ratio, this.rounds, this.note, this.fast, this.names, this.sizes, this.options]
    try {
      this.options.deep.sort()
    } catch (error) {
      this.refused = String(error)
    }
  })
}

await main(Given, import.meta)
`

async function seenBy(folder: FlowFolder, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const run = await folder.node(['flow.ts', '--quiet', 'run', '--run-id-file', 'id', ...args], { env })
  if (run.code !== 0) return run
  const dump = await folder.node(['flow.ts', 'dump', `${folder.read('id').trim()}/end`, '--json'])
  return JSON.parse(dump.stdout)[0].artifacts.seen
}

describe('parameters of a real run', () => {
  it('have their defaults, each function called once', async () => {
    using folder = new FlowFolder({ 'flow.ts': flow })
    expect(await seenBy(folder, [])).toEqual([0.5, 1, null, true, ['a'], null, { deep: [3, 1, 2] }])
  })

  it('take what a user types: negative numbers, dashes, =, unicode, long separators, empty lists', async () => {
    using folder = new FlowFolder({ 'flow.ts': flow })
    const args = ['--ratio', '-1e-3', '--rounds=-7', '--note', '--größe=😀', '--no-fast', '--names', 'b -- c--d', '--sizes=']
    expect(await seenBy(folder, [...args, '--options', '{"deep":[]}'])).toEqual([
      -0.001,
      -7,
      '--größe=😀',
      false,
      ['b', 'c--d'],
      [],
      { deep: [] },
    ])
    expect(await seenBy(folder, ['--sizes', '1,2', '--sizes', '-3', '--fast=no', '--note='])).toEqual([
      0.5,
      1,
      '',
      false,
      ['a'],
      [1, 2, -3],
      { deep: [3, 1, 2] },
    ])
  })

  it('come from the environment where nothing is typed, and a variable that is nearly one is told', async () => {
    using folder = new FlowFolder({ 'flow.ts': flow })
    const env = { MILLRACE_PARAM_RATIO: '2', MILLRACE_PARAM_FAST: 'off', MILLRACE_PARAM_SIZES: '4,5', MILLRACE_PARAM_ROUNDS: '9' }
    expect(await seenBy(folder, ['--ratio', '3'], env)).toEqual([3, 9, null, false, ['a'], [4, 5], { deep: [3, 1, 2] }])
    const { code, stderr } = await folder.node(['flow.ts', 'run'], { env: { MILLRACE_PARAM_RATOI: '2' } })
    expect(code).toBe(0)
    expect(stderr).toContain('MILLRACE_PARAM_RATOI is set, and Given has no such parameter. Did you mean MILLRACE_PARAM_RATIO?\n')
  })

  it('may be JSON as long as a system lets an argument be', async () => {
    using folder = new FlowFolder({ 'flow.ts': flow })
    const deep = Array.from({ length: 20_000 }, (_, index) => index)
    const seen = (await seenBy(folder, [`--options=${JSON.stringify({ deep })}`])) as unknown[]
    expect(seen.at(-1)).toEqual({ deep })
  })

  it('cannot be changed in place', async () => {
    using folder = new FlowFolder({ 'flow.ts': flow })
    expect((await folder.node(['flow.ts', 'run'])).code).toBe(0)
    expect((await folder.node(['flow.ts', 'dump', '1/end'])).stdout).toMatch(/refused = .TypeError: Cannot assign to read only property/)
  })
})
