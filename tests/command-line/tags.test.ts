import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, FlowFolder, twoSteps } from './flow-folder.ts'

describe('runs of several users', () => {
  let folder: FlowFolder
  const at = (...args: string[]): Promise<Ended> => folder.node(['flow.ts', ...args], { env: { MILLRACE_USER: 'ada' } })
  const list = async (...args: string[]): Promise<string> =>
    JSON.parse((await at('runs', '--json', ...args)).stdout)
      .map(({ run }: { run: string }) => run)
      .join(' ')

  beforeAll(async () => {
    folder = new FlowFolder({ 'flow.ts': twoSteps({ fields: 'fail = parameter(false)', start: "if (this.fail) throw new Error('no')" }) })
    const run = (user: string, ...args: string[]): Promise<Ended> =>
      folder.node(['flow.ts', '--quiet', 'run', ...args], { env: { MILLRACE_USER: user } })
    await run('ada', '--tag', 'nightly', '--tag', '日本 🚀', '--tag', 'nightly')
    await run('bob')
    await run('bob', '--namespace', 'team')
    await run('ada', '--fail')
  })
  afterAll(() => folder[Symbol.dispose]())

  it('are shown by namespace, with a note that others are hidden', async () => {
    const { stdout, stderr } = await at('runs')
    expect(stdout).toMatch(/^run {2}status .*tags\n4 {4}failed .*\n1 {4}succeeded .* nightly, 日本 🚀\n$/)
    expect(stderr).toBe('2 runs of other namespaces than user:ada are hidden: --all shows them too.\n')
    expect(await list('--all')).toBe('4 3 2 1')
    expect((await at('runs', '--all')).stdout).toMatch(/namespace +tags\n4 .* user:ada\n3 .* team\n2 .* user:bob\n/)
    expect((await at('runs', '--all')).stderr).toBe('')
    expect(await list('--namespace', 'team')).toBe('3')
    expect(await list('--namespace', 'user:bob')).toBe('3 2')
  })

  it('are chosen by tags and status', async () => {
    expect(await list('--tag', '日本 🚀', '--tag', 'nightly')).toBe('1')
    expect(await list('--tag', 'runtime:node', '--limit', '1')).toBe('4')
    expect(await list('--status', 'failed')).toBe('4')
    expect(await list('--all', '--status', 'succeeded')).toBe('3 2 1')
    const none = await at('runs', '--tag', 'nope', '--all')
    expect([none.code, none.stdout, none.stderr]).toEqual([0, '', expect.stringMatching(/^Tiny has no such runs in /)])
  })

  it('have system tags, each tag once', async () => {
    const [, run] = JSON.parse((await at('runs', '--json')).stdout)
    expect(run).toMatchObject({ run: '1', pathspec: 'Tiny/1', lost: false, tags: ['nightly', '日本 🚀'] })
    expect(run.systemTags).toEqual([
      'user:ada',
      'runtime:node',
      expect.stringMatching(/^millrace:\d/),
      `date:${run.createdAt.slice(0, 10)}`,
    ])
  })

  it.each<[readonly string[], RegExp]>([
    [['runs', '--status', 'suceeded'], /--status cannot be "suceeded"\. Did you mean succeeded\?/],
    [['runs', '--all', '--namespace', 'x'], /--namespace and --all exclude each other/],
    [['tag', 'ad', '1', 'x'], /tag ad is not something to do\. Did you mean add\?/],
    [['tag', 'add', '1'], /tag add needs one tag or several/],
    [['tag', 'list', '1', 'x'], /tag list takes a run and nothing else, such as "x"/],
    [['tag', 'add', '1/start', 'x'], /1\/start is more than a run, and only a run has tags: tag add 1 \.\.\./],
    [['tag', 'add', '9', 'x'], /Could not find Tiny\/9\. The newest runs are 4, 3, 2, 1\./],
    [['tag', 'add', '2', 'x'], /belongs to the namespace "user:bob".*--namespace user:bob, or --all/],
    [['tag', 'add', '1', 'user:eve'], /begins with user:/],
    [['tag', 'add', '1', ''], /must not be empty/],
    [['tag', 'remove', '1', 'nightlyy'], /it has no such tag\. Did you mean "nightly"\? Its tags are "nightly", "日本 🚀"/],
    [['tag', 'remove', '1', 'runtime:node'], /The system tag "runtime:node" cannot be removed/],
    [['run', '--tag', 'date:2026-01-01'], /--tag: The tag "date:2026-01-01" begins with date:/],
    [['logs', '1', '--follow', '--attempt', '1'], /--follow and --attempt exclude each other/],
  ])('and %j is told what is wrong', async (args, says) => {
    const { code, stderr } = await at(...args)
    expect(stderr).toMatch(says)
    expect(code).toBe(2)
  })
})

describe('the tags of a run', () => {
  it('are added, removed and listed, several at once, also of another user’s run', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps() })
    const at = (...args: string[]): Promise<Ended> => folder.node(['flow.ts', ...args])
    await at('run', '--tag', 'old')
    const added = await at('tag', 'add', '1', 'good', 'wörth keeping', '🚀', 'old')
    expect(added).toEqual({ code: 0, stdout: '', stderr: 'Tiny/1 has the tags "old", "good", "wörth keeping", "🚀" now.\n' })
    expect(JSON.parse((await at('tag', 'remove', 'Tiny/1', 'old', '🚀', '--json')).stdout)).toMatchObject({
      run: 'Tiny/1',
      tags: ['good', 'wörth keeping'],
      systemTags: ['user:tester', 'runtime:node', expect.any(String), expect.any(String)],
    })
    expect((await at('tag', 'list', '1')).stdout).toMatch(
      /^good\nwörth keeping\nuser:tester {2}\(system\)\nruntime:node {2}\(system\)\nmillrace:.*\ndate:.*\n$/,
    )
    expect((await at('runs')).stdout).toContain('good, wörth keeping\n')
    const eve = await folder.node(['flow.ts', 'tag', 'add', '1', 'seen', '--all'], { env: { MILLRACE_USER: 'eve' } })
    expect(eve.code).toBe(0)
    expect((await at('tag', 'remove', '1', 'good', 'wörth keeping', 'seen')).stderr).toBe('Tiny/1 has no tags now.\n')
    expect((await at('tag', '--help')).stdout).toMatch(/tag add 5 good/)
  })

  it('that several commands edit at the same time are all there', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps() })
    await folder.node(['flow.ts', 'run'])
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const ended = await Promise.all(names.map((name) => folder.node(['flow.ts', 'tag', 'add', '1', name])))
    expect(ended.map(({ code }) => code)).toEqual(names.map(() => 0))
    const { stdout } = await folder.node(['flow.ts', 'tag', 'list', '1', '--json'])
    expect(JSON.parse(stdout).tags.sort()).toEqual(names)
  })
})
