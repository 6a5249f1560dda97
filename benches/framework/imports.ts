import { alternate } from '../alternate.ts'
import { formatSummary } from '../summary.ts'
import { node } from '../workspace.ts'
import type { Bench, Row } from './bench.ts'

/** What is imported, and how many times a bare Node it may take: room for an uneven machine, and for growth that someone decided on. */
const entries = {
  millrace: 4,
  'millrace/client': 5,
  'millrace/s3': 5,
  'millrace/tables': 8,
  '@millrace/s3-fast': 5,
  '@millrace/batch-executor': 4,
  '@millrace/tables': 8,
  '@millrace/devstack': 8,
} as const

/** A process that imports one entry and ends, against a Node that does nothing. */
export const imports: Bench = {
  name: 'imports',
  async run(workspace) {
    const time = (script: string) => workspace.run(node, ['-e', script]).then(({ wallMs, cpuMs }) => ({ value: wallMs, cpuMs }))
    const bare = '0'
    const sides = Object.fromEntries([
      [bare, () => time('0')],
      // Found from here, as it would be from a project.
      ...Object.keys(entries).map((name) => [name, () => time(`import(${JSON.stringify(import.meta.resolve(name))})`)] as const),
    ])
    const result = await alternate(sides, { rounds: 9 })
    const against = result[bare]
    if (!against) throw new Error('The bare side was not measured')
    return Object.entries(entries).flatMap(([name, atMost]): Row[] => {
      const measured = result[name]
      if (!measured) return []
      return [
        {
          what: `\`import '${name}'\``,
          measured: formatSummary(measured, 'ms'),
          against: `\`node -e 0\`: ${formatSummary(against, 'ms')}`,
          ratio: measured.median / against.median,
          target: { atMost },
          sides: [measured, against],
        },
      ]
    })
  },
}
