import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { node, type Workspace } from '../workspace.ts'
import type { Bench, Row } from './bench.ts'
import { startStack } from './stack.ts'

interface Outcome {
  readonly tookMs: number
  readonly beyondMiB: number
  readonly putMiB: number
}

/** Where the value goes; a folder where nothing is said. */
interface Place {
  readonly root?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Storing, loading and changing a 5 GiB `Float64Array`, once each: the memory beyond the value, and what is put when one number has changed. */
async function measure(workspace: Workspace, where: string, { root, env = {} }: Place): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(workspace.folder, 'large-'))
  const does = async (mode: 'write' | 'read' | 'change'): Promise<Outcome> => {
    const args = [join(import.meta.dirname, 'sides', 'large-value.ts'), mode, folder, root ?? join(folder, 'root')]
    const { stdout } = await workspace.run(node, args, { env: { ...env, MILLRACE_CACHE_MAX_MB: '0' } })
    return JSON.parse(stdout)
  }
  const memory = (what: string, { beyondMiB, tookMs }: Outcome): Row => ({
    what,
    measured: `${beyondMiB.toFixed(0)} MiB beyond the value in ${tookMs.toFixed(0)} ms`,
    against: 'none',
    ratio: beyondMiB,
    unit: 'MiB',
    target: { atMost: 600 },
    sides: [],
  })
  const written = await does('write')
  const read = await does('read')
  const changed = await does('change')
  rmSync(folder, { recursive: true })
  return [
    memory(`a 5 GiB \`Float64Array\` artifact, written ${where}: peak resident memory`, written),
    memory('the same, read back', read),
    memory('the same, one number changed and stored again', changed),
    {
      what: 'what is put when one number has changed',
      measured: `${changed.putMiB.toFixed(0)} MiB`,
      against: 'one chunk: 64 MiB',
      ratio: changed.putMiB / 64,
      target: { atMost: 1.01 },
      sides: [],
    },
  ]
}

/** A value above 4 GiB on disk and in S3. Takes 16 GiB of memory, of which 6 in `/dev/shm`, and 6 GiB of disk. */
export const largeValues: Bench = {
  name: 'large-values',
  async run(workspace) {
    const onDisk = await measure(workspace, 'to disk', {})
    await using stack = await startStack()
    return [...onDisk, ...(await measure(workspace, 'to S3', { root: 's3://bench/large', env: stack.env }))]
  },
}
