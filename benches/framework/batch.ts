import { join } from 'node:path'
import { alternate, type Measurement } from '../alternate.ts'
import { formatSummary } from '../summary.ts'
import { node, type Workspace } from '../workspace.ts'
import type { Bench } from './bench.ts'
import { type Stack, startStack } from './stack.ts'

/** A container of AWS Batch is a process of this machine; the memory is what the devstack may give to all of them at once. */
const withBatch = ['--with', 'batch:memory=512']
const firstLine = 'the first line'

/** Where a run is: on the stack, or on the repository's own disk. Each has a datastore of its own. */
function places(
  workspace: Workspace,
  stack: Stack,
): { readonly batch: () => Record<string, string>; readonly here: () => Record<string, string> } {
  let run = 0
  const root = (prefix: string): string => {
    run += 1
    return `${prefix}/batch-${run}`
  }
  return {
    batch: () => ({ ...stack.env, MILLRACE_DATASTORE_ROOT: root('s3://bench'), MILLRACE_CACHE_DIR: join(stack.folder, 'cache') }),
    here: () => ({ MILLRACE_DATASTORE_ROOT: root(workspace.folder) }),
  }
}

async function measureForeach(workspace: Workspace, stack: Stack) {
  const { batch, here } = places(workspace, stack)
  const side = (env: () => Record<string, string>, more: readonly string[]) => async (): Promise<Measurement> => {
    const args = ['wide.ts', '--quiet', 'run', '--size', '1000', '--max-workers', '16', ...more]
    const { wallMs, cpuMs } = await workspace.run(node, args, { env: env() })
    return { value: wallMs, cpuMs }
  }
  return await alternate({ batch: side(batch, withBatch), here: side(here, []) }, { rounds: 3 })
}

async function measureFirstLine(workspace: Workspace, stack: Stack) {
  const { batch, here } = places(workspace, stack)
  const side = (env: () => Record<string, string>, more: readonly string[]) => async (): Promise<Measurement> => {
    const { seenMs, cpuMs } = await workspace.run(node, ['two-lines.ts', 'run', ...more], { env: env(), look: firstLine })
    return { value: seenMs, cpuMs }
  }
  return await alternate({ batch: side(batch, withBatch), here: side(here, []) }, { rounds: 5 })
}

/** A foreach and a flow of two steps on AWS Batch, with the devstack as AWS and its latency off, against the same on this machine. */
export const batch: Bench = {
  name: 'batch',
  async run(workspace) {
    await using stack = await startStack()
    const foreach = await measureForeach(workspace, stack)
    const line = await measureFirstLine(workspace, stack)
    return [
      {
        what: 'foreach of 1,000, whole `run --with batch`, 16 workers, devstack',
        measured: formatSummary(foreach.batch, 'ms'),
        against: `on this machine, 16 workers: ${formatSummary(foreach.here, 'ms')}`,
        ratio: foreach.batch.median / foreach.here.median,
        target: { atMost: 3 },
        sides: [foreach.batch, foreach.here],
      },
      {
        what: 'two steps, from `run --with batch` to the first line of a step, devstack',
        measured: formatSummary(line.batch, 'ms'),
        against: `on this machine: ${formatSummary(line.here, 'ms')}`,
        ratio: line.batch.median - line.here.median,
        unit: 'ms more',
        target: { atMost: 2_000 },
        sides: [line.batch, line.here],
      },
    ]
  },
}

/** What the scheduler holds in memory for a foreach of 10,000 on AWS Batch. Takes minutes. */
export const batchWidth: Bench = {
  name: 'batch-width',
  async run(workspace) {
    await using stack = await startStack()
    const { batch: env } = places(workspace, stack)
    const args = ['wide.ts', '--quiet', 'run', '--size', '10000', '--max-num-splits', '10000', '--max-workers', '16', ...withBatch]
    const { wallMs, peakBytes } = await workspace.run(node, args, { env: env() })
    const peakMB = peakBytes / 1e6
    return [
      {
        what: "the scheduler's peak resident memory, foreach of 10,000 with `--with batch`, 16 workers",
        measured: `${peakMB.toFixed(0)} MB in ${(wallMs / 1_000).toFixed(0)} s`,
        against: 'none',
        ratio: peakMB,
        unit: 'MB',
        target: { atMost: 300 },
        sides: [],
      },
    ]
  },
}
