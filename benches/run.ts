// Measures what docs/benchmarks.md states, and prints its table. `--only cold-start,parallel-map` takes a choice. Needs a build, and Linux.
import { cpus, totalmem, type } from 'node:os'
import { parseArgs } from 'node:util'
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
import { openWorkspace } from './workspace.ts'

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

function chooseBenches(only: string | undefined): readonly Bench[] {
  if (only === undefined) return benches
  return only.split(',').map((name) => {
    const all = [...benches, ...onDemand]
    const bench = all.find((each) => each.name === name)
    if (!bench) throw new RangeError(`There is no bench ${JSON.stringify(name)}. There are ${all.map((each) => each.name).join(', ')}.`)
    return bench
  })
}

function formatRow(row: Row): string {
  const { what, measured, against, ratio, target, unit, sides } = row
  const aim = target && ('atMost' in target ? `at most ${target.atMost}` : `at least ${target.atLeast}`)
  const figure = unit === undefined ? ratio.toFixed(2) : `${ratio.toFixed(2)} ${unit}`
  const cpu = sides.map(({ cpuMs }) => (cpuMs / 1_000).toFixed(2)).join(' by ')
  return `| ${what} | ${measured} | ${against} | ${cpu} | ${figure} | ${aim ?? ''} | ${aim ? (isMet(row) ? 'yes' : '**no**') : ''} |`
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const chosen = chooseBenches(values.only)
using workspace = openWorkspace()
const memoryGiB = (totalmem() / 2 ** 30).toFixed(0)
console.log(`Node ${process.versions.node}, ${type()}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${memoryGiB} GiB of memory.`)
console.log('Medians (smallest to largest) of runs in fresh processes, all sides in turn.\n')
console.log('| what | Millrace | against | CPU seconds | ratio | target | met |\n| --- | --- | --- | --- | --- | --- | --- |')
for (const bench of chosen) {
  for (const row of await bench.run(workspace)) console.log(formatRow(row))
}
