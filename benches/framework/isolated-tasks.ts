import { alternate } from '../alternate.ts'
import { formatSummary } from '../summary.ts'
import { node } from '../workspace.ts'
import type { Bench } from './bench.ts'

const width = 100
/** The foreach's, and `start`, `gather` and `end`. */
const taskCount = width + 3

/** A new process for every task, against as many processes that do nothing, two at a time. */
export const isolatedTasks: Bench = {
  name: 'isolated-tasks',
  async run(workspace) {
    const time = (...args: string[]) => workspace.run(node, args).then(({ wallMs, cpuMs }) => ({ value: wallMs, cpuMs }))
    const spawnBare = `${import.meta.dirname}/sides/spawn-bare.ts`
    const { isolated, bare, inTurn, floor } = await alternate(
      {
        isolated: () => time('wide.ts', 'run', '--size', String(width), '--isolate', '--max-workers', '2'),
        bare: () => time(spawnBare, String(taskCount), '2'),
        inTurn: () => time(spawnBare, String(taskCount), '1'),
        floor: () => time(spawnBare, String(taskCount), '2', 'floor'),
      },
      { rounds: 5 },
    )
    return [
      {
        what: `\`run --isolate\`, ${taskCount} tasks, 2 at a time`,
        measured: formatSummary(isolated, 'ms'),
        against: `${taskCount} times \`node -e 0\`, 2 at a time: ${formatSummary(bare, 'ms')}`,
        ratio: isolated.median / bare.median,
        target: { atMost: 1.5 },
        sides: [isolated, bare],
      },
      {
        what: 'the same',
        measured: formatSummary(isolated, 'ms'),
        against: `${taskCount} times \`node -e 0\`, one after another: ${formatSummary(inTurn, 'ms')}`,
        ratio: isolated.median / inTurn.median,
        sides: [isolated, inTurn],
      },
      {
        what: `${taskCount} processes that load \`node:fs\` and \`node:crypto\` and send one message, and nothing of Millrace`,
        measured: formatSummary(floor, 'ms'),
        against: `${taskCount} times \`node -e 0\`, 2 at a time: ${formatSummary(bare, 'ms')}`,
        ratio: floor.median / bare.median,
        sides: [floor, bare],
      },
    ]
  },
}
