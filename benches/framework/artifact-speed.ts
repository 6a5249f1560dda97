import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { alternate, type Measurement } from '../alternate.ts'
import { formatSummary } from '../summary.ts'
import { node } from '../workspace.ts'
import type { Bench } from './bench.ts'

/** Writing and reading 1 GiB of random float64 as an artifact, against writing and reading the same bytes with sha256 and nothing else. */
export const artifactSpeed: Bench = {
  name: 'artifact-speed',
  async run(workspace) {
    let folder = mkdtempSync(join(workspace.folder, 'artifact-'))
    const side = (script: string, mode: string) => async (): Promise<Measurement> => {
      // What the side before has written must not be paid for by this one.
      await workspace.run('sync', [])
      const { stdout, cpuMs } = await workspace.run(node, [join(import.meta.dirname, 'sides', script), mode, folder])
      return { value: Number(stdout), cpuMs }
    }
    const result = await alternate(
      {
        oursWritten: side('artifact-ours.ts', 'write'),
        bareWritten: side('artifact-bare.ts', 'write'),
        oursRead: side('artifact-ours.ts', 'read'),
        bareRead: async () => {
          const measurement = await side('artifact-bare.ts', 'read')()
          // The next round writes anew: what is there already would not be written again.
          rmSync(folder, { recursive: true })
          folder = mkdtempSync(join(workspace.folder, 'artifact-'))
          return measurement
        },
      },
      { rounds: 5 },
    )
    const row = (what: string, ours: keyof typeof result, bare: keyof typeof result) => ({
      what,
      measured: formatSummary(result[ours], 'ms'),
      against: `sha256 and a file: ${formatSummary(result[bare], 'ms')}`,
      ratio: result[bare].median / result[ours].median,
      unit: 'of its speed',
      target: { atLeast: 0.6 },
      sides: [result[ours], result[bare]],
    })
    return [
      row('a 1 GiB `Float64Array` artifact, written', 'oursWritten', 'bareWritten'),
      row('the same, read back', 'oursRead', 'bareRead'),
    ]
  },
}
