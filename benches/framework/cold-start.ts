import { alternate } from '../alternate.ts'
import { formatSummary } from '../summary.ts'
import { millrace, node } from '../workspace.ts'
import type { Bench, Row } from './bench.ts'

/** A whole `run` of two steps in a fresh process, against a Node that does nothing. */
export const coldStart: Bench = {
  name: 'cold-start',
  async run(workspace) {
    const time = (...args: string[]) => workspace.run(node, args).then(({ wallMs, cpuMs }) => ({ value: wallMs, cpuMs }))
    const result = await alternate(
      {
        bare: () => time('-e', '0'),
        direct: () => time('two-steps.ts', 'run'),
        command: () => time(millrace, 'two-steps.ts', 'run'),
      },
      { rounds: 15 },
    )
    const row = (what: string, side: 'direct' | 'command'): Row => ({
      what,
      measured: formatSummary(result[side], 'ms'),
      against: `\`node -e 0\`: ${formatSummary(result.bare, 'ms')}`,
      ratio: result[side].median / result.bare.median,
      target: { atMost: 6 },
      sides: [result[side], result.bare],
    })
    return [row('`node two-steps.ts run`', 'direct'), row('`millrace two-steps.ts run`, bundled before', 'command')]
  },
}
