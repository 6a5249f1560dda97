import { alternate, type Measurement } from '../alternate.ts'
import { formatSummary, summarise } from '../summary.ts'
import { node } from '../workspace.ts'
import type { Bench } from './bench.ts'

const workers = ['--max-workers', '2', '--max-num-splits', '20000']

/** What a task of a wide foreach costs, whether the width makes it dearer, and what the scheduler holds in memory. */
export const foreachWidth: Bench = {
  name: 'foreach-width',
  async run(workspace) {
    const peaks: number[] = []
    const run = async (size: number): Promise<Measurement> => {
      const { wallMs, cpuMs, peakBytes } = await workspace.run(node, ['wide.ts', 'run', '--size', String(size), ...workers])
      if (size === 10_000) peaks.push(peakBytes / 1e6)
      return { value: wallMs, cpuMs }
    }
    const { one, hundred, thousand, tenThousand } = await alternate(
      { one: () => run(1), hundred: () => run(100), thousand: () => run(1_000), tenThousand: () => run(10_000) },
      { rounds: 5 },
    )
    // What a width of 1 takes is start-up: without it, what is left is the tasks.
    const marginal = (width: number, median: number): number => (median - one.median) / (width - 1)
    const [narrow, wide] = [marginal(100, hundred.median), marginal(10_000, tenThousand.median)]
    const peak = summarise(peaks)
    return [
      {
        what: 'foreach of 1,000, whole `run`, 2 workers: ms a task',
        measured: formatSummary(thousand, 'ms'),
        against: `a width of 1: ${formatSummary(one, 'ms')}`,
        ratio: thousand.median / 1_000,
        unit: 'ms a task',
        target: { atMost: 3 },
        sides: [thousand, one],
      },
      {
        what: 'ms a task beyond start-up, foreach of 10,000 by foreach of 100',
        measured: `${wide.toFixed(2)} ms a task; whole run ${formatSummary(tenThousand, 'ms')}`,
        against: `${narrow.toFixed(2)} ms a task; whole run ${formatSummary(hundred, 'ms')}`,
        ratio: wide / narrow,
        target: { atMost: 1.3 },
        sides: [tenThousand, hundred],
      },
      {
        what: "the scheduler's peak resident memory, foreach of 10,000",
        measured: formatSummary(peak, 'MB'),
        against: 'none',
        ratio: peak.median,
        unit: 'MB',
        target: { atMost: 200 },
        sides: [],
      },
    ]
  },
}
