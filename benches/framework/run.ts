import { describeMachine } from '../machine.ts'
import { chooseByName, readOptions } from '../read-options.ts'
import { openWorkspace } from '../workspace.ts'
import { artifactSpeed } from './artifact-speed.ts'
import { batch, batchWidth } from './batch.ts'
import { type Bench, isMet, type Row } from './bench.ts'
import { coldStart } from './cold-start.ts'
import { foreachWidth } from './foreach-width.ts'
import { imports } from './imports.ts'
import { isolatedTasks } from './isolated-tasks.ts'
import { largeValues } from './large-values.ts'
import { parallelMapGain } from './parallel-map.ts'
import { s3Datastore } from './s3-datastore.ts'

const benches: readonly Bench[] = [
  coldStart,
  imports,
  foreachWidth,
  isolatedTasks,
  artifactSpeed,
  largeValues,
  parallelMapGain,
  s3Datastore,
  batch,
]
/** Those that are run only when they are named. */
const onDemand: readonly Bench[] = [batchWidth]

function formatRow(row: Row): string {
  const { what, measured, against, ratio, target, unit, sides } = row
  const aim = target && ('atMost' in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`)
  const figure = unit === undefined ? ratio.toFixed(2) : `${ratio.toFixed(2)} ${unit}`
  const cpu = sides.map(({ cpuMs }) => (cpuMs / 1_000).toFixed(2)).join(' by ')
  return `| ${what} | ${measured} | ${against} | ${cpu} | ${figure} | ${aim ?? ''} | ${aim ? (isMet(row) ? 'yes' : '**no**') : ''} |`
}

const byName = Object.fromEntries([...benches, ...onDemand].map((bench) => [bench.name, bench]))
const options = readOptions(
  'Measures Millrace, and prints the first table of docs/benchmarks.md. Takes about five minutes, on Linux, after a build.',
  {
    only: { default: benches.map(({ name }) => name).join(','), help: `Which; also ${onDemand.map(({ name }) => name).join(',')}` },
    missed: { default: 'report', help: 'What a missed target does: report, or fail' },
  },
)
const chosen = chooseByName(options.only, byName)
using workspace = openWorkspace()
console.log(`${describeMachine()}.`)
console.log('Medians (smallest to largest) of runs in fresh processes, all sides in turn.\n')
console.log('| what | Millrace | against | CPU seconds | ratio | target | met |\n| --- | --- | --- | --- | --- | --- | --- |')
for (const bench of chosen) {
  for (const row of await bench.run(workspace)) {
    console.log(formatRow(row))
    if (options.missed === 'fail' && !isMet(row)) process.exitCode = 1
  }
}
