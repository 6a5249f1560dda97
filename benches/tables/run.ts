import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine } from '../machine.ts'
import { readOptions } from '../read-options.ts'
import { openWorkspace } from '../workspace.ts'
import { type Codec, writePartitions, writeRows } from './bench-data.ts'
import { contestants } from './contestants.ts'
import { formatResults, formatTarget, resultHead, speedOver } from './format-results.ts'
import { measureWork, type Result } from './measure-work.ts'

const options = readOptions(
  'Measures @millrace/tables beside hyparquet and DuckDB, and prints the tables of docs/benchmarks.md.\n' +
    'Takes 5 to 30 minutes, on Linux, after a build, with 2 GiB for temporary files.\n' +
    'More than 5,000,000 rows are measured in 2 rounds at most, and in numbers alone.',
  {
    rows: { default: '1000000,20000000', help: 'How many' },
    codecs: { default: 'zstd,snappy', help: 'How they are compressed' },
    works: { default: 'numbers,all,bytes', help: 'Columns of numbers, all columns, how many bytes are read' },
    rounds: { default: '5', help: 'How often each reader does each work, after once that does not count' },
  },
)
const works = options.works.split(',')
const rounds = Number(options.rounds)
const titles: Readonly<Record<string, string>> = {
  numbers: '4 columns of numbers to typed arrays',
  all: 'all 5 columns, texts as strings',
}

using workspace = openWorkspace()
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-tables-'))
process.once('SIGINT', () => {
  rmSync(folder, { recursive: true, force: true })
  workspace[Symbol.dispose]()
  process.exit(130)
})
const targets: string[] = []

function find(results: readonly Result[], name: string): Result {
  const result = results.find(({ contestant }) => contestant === name)
  if (!result) throw new RangeError(`${name} was not measured.`)
  return result
}

/** The targets are for one thread on each side. */
function addSpeedTargets(title: string, results: readonly Result[]): void {
  const ours = find(results, 'Millrace, 1 thread')
  for (const [name, atLeast] of [
    ['hyparquet', 4],
    ['DuckDB, 1 thread', 1],
  ] as const) {
    const { wall, cpu } = speedOver(ours, find(results, name))
    const measured = `${wall.toFixed(2)} by wall, ${cpu.toFixed(2)} by CPU`
    targets.push(formatTarget(`${title}: at least ${atLeast} times ${name}`, { measured, isMet: wall >= atLeast }))
  }
}

async function measureTimes(): Promise<void> {
  console.log(resultHead)
  for (const rows of options.rows.split(',').map(Number)) {
    for (const codec of options.codecs.split(',') as Codec[]) {
      const location = await writeRows(folder, { rows, codec })
      const isLarge = rows > 5_000_000
      for (const work of works.filter((name) => name in titles && !(isLarge && name !== 'numbers'))) {
        const setting = { contestants, location, workspace, rounds: isLarge ? Math.min(2, rounds) : rounds }
        const results = await measureWork(work, setting)
        const title = `${rows.toLocaleString('en')} rows, ${codec}: ${titles[work]}`
        const oursFor = ({ contestant }: Result): Result | undefined => {
          if (contestant === 'Millrace, 1 thread') return undefined
          return find(results, contestant === 'DuckDB, all cores' ? 'Millrace, all cores' : 'Millrace, 1 thread')
        }
        console.log(formatResults(title, { results, oursFor }))
        if (work === 'numbers') addSpeedTargets(title, results)
      }
      rmSync(location)
    }
  }
}

/** How much of the files is read: the operating system counts it, footers included. */
async function measureBytes(): Promise<void> {
  const ours = contestants.slice(0, 1)
  const partitions = await writePartitions(folder)
  const files = readdirSync(partitions, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const total = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
  const [one] = await measureWork('one-partition', { contestants: ours, location: partitions, workspace, rounds: 1 })
  const share = (100 * (one?.readBytes ?? total)) / total
  targets.push(formatTarget('one partition of 100: under 2 % of the bytes', { measured: `${share.toFixed(2)} %`, isMet: share < 2 }))
  const file = await writeRows(folder, { rows: 1_000_000, codec: 'zstd' })
  const chunks = await columnBytes(file, 'amount')
  const [column] = await measureWork('one-column', { contestants: ours, location: file, workspace, rounds: 1 })
  const read = column?.readBytes ?? 0
  // The footer is read too: 16 KiB at the end of the file.
  targets.push(
    formatTarget('one column of 5: the bytes of its column and the footer', {
      measured: `${read.toLocaleString('en')} bytes; the column has ${chunks.toLocaleString('en')}`,
      isMet: read <= chunks + 20_000,
    }),
  )
}

async function columnBytes(file: string, column: string): Promise<number> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await import('hyparquet')
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file))
  const chunks = metadata.row_groups.flatMap(({ columns }) => columns)
  return chunks
    .filter(({ meta_data: data }) => data?.path_in_schema.join('.') === column)
    .reduce((sum, { meta_data: data }) => sum + Number(data?.total_compressed_size ?? 0n), 0)
}

try {
  console.log(`${describeMachine()}.`)
  console.log(
    `Medians (smallest to largest) of ${rounds} rounds after one that does not count; fresh processes, all readers in turn; start-up and loading of modules left out.\n`,
  )
  if (works.some((name) => name in titles)) await measureTimes()
  if (works.includes('bytes')) await measureBytes()
  console.log(`\n| target | measured | met |\n| --- | --- | --- |\n${targets.join('\n')}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
