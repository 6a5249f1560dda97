import { join } from 'node:path'
import { alternate, type Measurement } from '../alternate.ts'
import { formatSummary } from '../summary.ts'
import { node } from '../workspace.ts'
import type { Bench } from './bench.ts'

/** What a second worker thread gains, and whether a large typed array in `context` is copied. */
export const parallelMapGain: Bench = {
  name: 'parallel-map',
  async run(workspace) {
    const side = (script: string, argument: string, unit: number) => async (): Promise<Measurement> => {
      const { stdout, cpuMs } = await workspace.run(node, [join(import.meta.dirname, 'sides', script), argument])
      return { value: Number(stdout) / unit, cpuMs }
    }
    const spin = await alternate({ one: side('map-spin.ts', '1', 1), two: side('map-spin.ts', '2', 1) }, { rounds: 5 })
    const memory = await alternate(
      { shared: side('map-context.ts', 'map', 2 ** 20), alone: side('map-context.ts', 'none', 2 ** 20) },
      { rounds: 3 },
    )
    return [
      {
        what: '`parallelMap` with 2 workers, CPU-bound, start-up included',
        measured: formatSummary(spin.two, 'ms'),
        against: `1 worker: ${formatSummary(spin.one, 'ms')}`,
        ratio: spin.one.median / spin.two.median,
        unit: 'times faster',
        target: { atLeast: 1.6 },
        sides: [spin.two, spin.one],
      },
      {
        what: 'peak resident memory with 1 GiB of float64 in `context` of 2 workers',
        measured: formatSummary(memory.shared, 'MiB'),
        against: `the array alone: ${formatSummary(memory.alone, 'MiB')}`,
        ratio: memory.shared.median / memory.alone.median,
        target: { atMost: 1.25 },
        sides: [],
      },
    ]
  },
}
