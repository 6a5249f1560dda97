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
    [[], /batch is incomplete\. Usage: batch list\|kill/],
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
