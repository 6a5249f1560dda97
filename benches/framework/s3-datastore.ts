import { join } from 'node:path'
import { alternate, type Measurement } from '../alternate.ts'
import { formatSummary } from '../summary.ts'
import { node, type Workspace } from '../workspace.ts'
import type { Bench } from './bench.ts'
import { type Stack, startStack } from './stack.ts'

const foreach = ['wide.ts', '--quiet', 'run', '--size', '1000', '--max-workers', '2']

async function measureForeach(workspace: Workspace, stack: Stack) {
  let run = 0
  const side = (rootOf: () => string) => async (): Promise<Measurement> => {
    run += 1
    const env = { ...stack.env, MILLRACE_DATASTORE_ROOT: rootOf(), MILLRACE_CACHE_DIR: join(stack.folder, 'cache') }
    const { wallMs, cpuMs } = await workspace.run(node, foreach, { env })
    return { value: wallMs, cpuMs }
  }
  return await alternate(
    { bucket: side(() => `s3://bench/foreach-${run}`), disk: side(() => join(workspace.folder, `foreach-${run}`)) },
    { rounds: 3 },
  )
}

async function measureArtifact(workspace: Workspace, stack: Stack) {
  const side = (mode: string) => async (): Promise<Measurement> => {
    const args = [join(import.meta.dirname, 'sides', 's3-artifact.ts'), mode, stack.folder, 's3://bench/artifact']
    const { stdout, cpuMs } = await workspace.run(node, args, { env: { ...stack.env, MILLRACE_CACHE_MAX_MB: '0' } })
    return { value: Number(stdout), cpuMs }
  }
  await side('write')()
  return await alternate({ ours: side('ours'), client: side('client') }, { rounds: 3 })
}

/** A datastore in S3 against one on disk, and loading an artifact from it against getting the same bytes. Takes 4 GiB of `/dev/shm`. */
export const s3Datastore: Bench = {
  name: 's3-datastore',
  async run(workspace) {
    await using stack = await startStack()
    const { bucket, disk } = await measureForeach(workspace, stack)
    const { ours, client } = await measureArtifact(workspace, stack)
    return [
      {
        what: 'foreach of 1,000, whole `run`, 2 workers, datastore in S3',
        measured: formatSummary(bucket, 'ms'),
        against: `on disk: ${formatSummary(disk, 'ms')}`,
        ratio: bucket.median / disk.median,
        target: { atMost: 2 },
        sides: [bucket, disk],
      },
      {
        what: 'a 1 GiB `Float64Array` artifact, loaded from S3',
        measured: formatSummary(ours, 'ms'),
        against: `the same objects by s3-fast alone: ${formatSummary(client, 'ms')}`,
        ratio: client.median / ours.median,
        unit: 'of its speed',
        target: { atLeast: 0.8 },
        sides: [ours, client],
      },
    ]
  },
}
