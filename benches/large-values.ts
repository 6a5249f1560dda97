import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Row } from './bench.ts'
import { formatSummary, summarise } from './summary.ts'
import { node } from './workspace.ts'

interface Outcome {
  readonly tookMs: number
  readonly beyondMiB: number
  readonly putMiB: number
}

/** Storing, loading and changing a 5 GiB `Float64Array`: the memory beyond the value, and what is put when one number has changed. Takes 16 GiB of memory and disk. */
export const largeValues: Bench = {
  name: 'large-values',
  async run(workspace) {
    const rounds: Record<'write' | 'read' | 'change', Outcome[]> = { write: [], read: [], change: [] }
    for (let round = 0; round < 1; round += 1) {
      const folder = mkdtempSync(join(workspace.folder, 'large-'))
      for (const mode of ['write', 'read', 'change'] as const) {
        const { stdout } = await workspace.run(node, [join(import.meta.dirname, 'sides', 'large-value.ts'), mode, folder])
        rounds[mode].push(JSON.parse(stdout))
      }
      rmSync(folder, { recursive: true })
    }
    const memory = (what: string, outcomes: readonly Outcome[]): Row => {
      const beyond = summarise(outcomes.map(({ beyondMiB }) => beyondMiB))
      return {
        what,
        measured: `${formatSummary(beyond, 'MiB beyond the value')} in ${formatSummary(summarise(outcomes.map(({ tookMs }) => tookMs)), 'ms')}`,
        against: 'none',
        ratio: beyond.median,
        unit: 'MiB',
        target: { atMost: 600 },
        sides: [],
      }
    }
    const put = summarise(rounds.change.map(({ putMiB }) => putMiB))
    return [
      memory('a 5 GiB `Float64Array` artifact, written: peak resident memory', rounds.write),
      memory('the same, read back', rounds.read),
      memory('the same, one number changed and stored again', rounds.change),
      {
        what: 'what is put when one number has changed',
        measured: formatSummary(put, 'MiB'),
        against: 'one chunk: 64 MiB',
        ratio: put.median / 64,
        target: { atMost: 1.01 },
        sides: [],
      },
    ]
  },
}
