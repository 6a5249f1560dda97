import { join } from 'node:path'
import { BatchExecutor, flowJobName, flowJobParameters, type Job } from '@millrace/batch-executor'
import { type Devstack, startDevstack } from '@millrace/devstack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, FlowFolder, twoSteps } from './flow-folder.ts'

describe('batch', () => {
  let folder: FlowFolder
  const at = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> => folder.node(['flow.ts', 'batch', ...args], { env })

  beforeAll(() => {
    folder = new FlowFolder({ 'flow.ts': twoSteps() })
  })
  afterAll(() => folder[Symbol.dispose]())

  it.each<[readonly string[], RegExp]>([
    [['lst'], /batch lst is not something to do\. Did you mean list\?/],
    [[], /batch is incomplete\. Usage: node flow\.ts batch list\|kill/],
    [['list'], /No queue is known\. Set MILLRACE_BATCH_QUEUE/],
    [['kill', '--my-runs', '--run-id', '1', '--queue', 'q'], /--my-runs and --run-id exclude each other/],
    [['list', '--my-runs', '--user', 'bob', '--queue', 'q'], /--my-runs and --user exclude each other/],
    [['list', '--queue', 'q'], /Tiny has no runs in .* in the namespace user:tester\. Name one with --run-id/],
    [['list', '--queue', 'q', '--run-id', 'Other/1'], /belongs to the flow Other/],
  ])('%j is told what is wrong, before anything is asked of AWS', async (args, says) => {
    const { code, stdout, stderr } = await at(args)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(says)])
  })

  it('has a help of its own', async () => {
    const { code, stdout } = await at(['--help'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/--run-id N.*--my-runs.*--user NAME.*--queue QUEUE/s)])
  })

  it('says what is missing where AWS is not set up', async () => {
    const none = { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere', AWS_EC2_METADATA_DISABLED: 'true' }
    const region = await at(['list', '--queue', 'q', '--run-id', '1'], none)
    expect([region.code, region.stderr]).toEqual([1, expect.stringMatching(/^error: Could not .*no AWS region is set\. Set AWS_REGION/)])
    const keys = await at(['list', '--queue', 'q', '--run-id', '1'], { ...none, AWS_REGION: 'eu-north-1' })
    expect([keys.code, keys.stderr]).toEqual([1, expect.stringMatching(/^error: Could not .*there are no AWS credentials.*AWS_PROFILE/)])
  })
})

describe('batch, with jobs of several runs and users on the queue', () => {
  let folder: FlowFolder
  let devstack: Devstack
  let executor: BatchExecutor
  const at = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    folder.node(['flow.ts', 'batch', ...args], { env: { ...devstack.env, MILLRACE_USER: 'ada', ...env } })
  const submit = (run: string, user: string, flow = 'Tiny'): Promise<Job> => {
    const job = { flow, run, step: 'start', user }
    const command = ['node', '-e', 'setInterval(() => {}, 1000)']
    return executor.submit({ name: flowJobName(job), parameters: flowJobParameters(job), command, queue: 'millrace' })
  }
  const list = async (...args: string[]): Promise<readonly string[]> =>
    JSON.parse((await at(['list', '--json', ...args])).stdout).map(({ id }: { id: string }) => id)

  beforeAll(async () => {
    folder = new FlowFolder({ 'flow.ts': twoSteps() })
    devstack = await startDevstack({ dir: join(folder.path, 'stack'), batch: { queues: [{ name: 'millrace', hosts: 0 }] } })
    Object.assign(process.env, devstack.env)
    executor = new BatchExecutor({ queue: 'millrace', pollIntervalMs: 100, cacheFolder: false })
    for (const user of ['ada', 'ada', 'bob']) await folder.node(['flow.ts', '--quiet', 'run'], { env: { MILLRACE_USER: user } })
  })
  afterAll(async () => {
    await executor.close()
    await devstack.close()
    for (const name of Object.keys(devstack.env)) delete process.env[name]
    folder[Symbol.dispose]()
  })

  it('lists and ends those of the newest run, of one run, of all of mine and of a user, and never others', async () => {
    const [one, two, bobs, other, lookalike] = await Promise.all([
      submit('1', 'ada'),
      submit('2', 'ada'),
      submit('3', 'bob'),
      submit('2', 'ada', 'Tiny-2'),
      executor.submit({ name: 'Tiny-2-start', command: ['node'], queue: 'millrace' }),
    ])
    expect(await list()).toEqual([two.id])
    expect(await list('--run-id', '1')).toEqual([one.id])
    expect(await list('--run-id', 'Tiny/3')).toEqual([bobs.id])
    expect(await list('--my-runs')).toEqual([one.id, two.id])
    expect(await list('--user', 'bob')).toEqual([bobs.id])
    expect(await list('--user', 'bob', '--run-id', '1')).toEqual([])
    const table = await at(['list', '--my-runs'])
    expect(table.stdout).toMatch(
      /^run +step +status +user +submitted +for +job\n1 +start +runnable +ada +\d{4}-.* number \d in the queue\n2 +start +runnable +ada .* number \d in the queue\n/,
    )

    const killed = await at(['kill', '--my-runs'])
    expect([killed.code, killed.stdout, killed.stderr]).toEqual([0, 'Ended 2 jobs of all runs of ada.\n', ''])
    const nothing = await at(['kill'])
    expect([nothing.code, nothing.stderr]).toEqual([0, 'No jobs of run 2 are on millrace: there was nothing to end.\n'])
    const states = await executor.describe([one, two, bobs, other, lookalike].map(({ id }) => id))
    const byId = new Map(states.map(({ id, status, statusReason }) => [id, [status, statusReason]]))
    expect([one, two].map(({ id }) => byId.get(id))).toEqual(Array(2).fill(['failed', 'Ended by ada with "batch kill".']))
    expect([bobs, other, lookalike].map(({ id }) => byId.get(id)?.[0])).toEqual(Array(3).fill('runnable'))
  })

  it('says that a queue does not exist, and which do', async () => {
    const { code, stderr } = await at(['kill', '--queue', 'nowhere', '--run-id', '1'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: Could not .*nowhere/)])
  })
})
