import { inspect } from 'node:util'
import { artifactToJson, loadArtifacts, openStore } from '@millrace/artifact-store'
import { type ArtifactRef, type ArtifactTable, MillraceError, nearest, type ObjectStore, type TaskRecord } from '@millrace/core-graph'
import { exitCode } from '../exit-code.ts'
import { formatSize } from '../render/quantity.ts'
import { enumerate, type FoundTasks, findTasks, notFound } from '../runs/find-tasks.ts'
import { UsageError } from '../usage-error.ts'
import type { Command } from './command.ts'

/** Shows the artifacts of tasks. */
export const dump: Command = {
  name: 'dump',
  usage: 'dump PATHSPEC [--all] [--include a,b] [--max-value-size N] [--json]',
  summary: 'Show the artifacts of a run, a step, or a task',
  details:
    'PATHSPEC is 5 for what a run ended with (with --all, for every task of it), 5/fit for every task of a step, 5/fit/3 for a task, 5/fit/3/model for one artifact.\nArtifacts above --max-value-size are named and not loaded.',
  options: [
    { name: 'all', help: 'Of a run: every task, not only the one that it ended with' },
    { name: 'include', value: 'NAMES', repeatable: true, help: 'Only these artifacts, separated by commas' },
    { name: 'max-value-size', value: 'N', help: 'In bytes (default: 10,000; with --json no limit)' },
    { name: 'json', help: 'As JSON: what JSON lacks is written as text, arrays or objects' },
  ],
  takesParameters: false,
  positionals: { least: 1, most: 1 },
  outlivesReader: false,
  async run({ definition, options, output, positionals, problems, settings }) {
    const [json, all] = [options.flag('json'), options.flag('all')]
    const most = options.wholeNumber('max-value-size', 0) ?? (json ? Number.POSITIVE_INFINITY : 10_000)
    const include = options.texts('include').flatMap((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    if (problems.length > 0) throw new UsageError(problems)
    const store = openStore(settings.datastoreRoot)
    const found = await findTasks(store, definition, positionals[0] ?? '')
    const wanted = found.pathspec.artifact === undefined ? include : [found.pathspec.artifact]
    const tasks = chooseTasks(found, all)
    const parameters = found.pathspec.step === undefined && !all ? found.run.parameters : {}
    checkNames(found, tasks, parameters, wanted)
    const dumps: unknown[] = []
    for (const task of tasks) {
      const table = choose({ ...parameters, ...task.artifacts }, wanted)
      const values = await load(store, definition.name, table, most)
      if (json) dumps.push(asJson(task, table, values))
      else output.print(asText(task, table, values, output.paint))
    }
    const several = found.pathspec.step === undefined ? all : found.pathspec.task === undefined
    if (json) output.print(JSON.stringify(several ? dumps : dumps[0], null, 2))
    return exitCode.done
  },
}

/** A run stands for the task that it ended with, unless all are wanted. */
function chooseTasks({ pathspec, run, tasks }: FoundTasks, all: boolean): readonly TaskRecord[] {
  if (pathspec.step === undefined && (!all || tasks.length === 0)) {
    const last = tasks.find((task) => task.status === 'succeeded' && task.transition === undefined) ?? tasks.at(-1)
    if (!last) throw notFound(pathspec, `No task of it has finished; the run is ${run.status}.`)
    return [last]
  }
  if (tasks.length === 0)
    throw notFound(
      pathspec,
      pathspec.task === undefined
        ? `No task of this step has finished; the run is ${run.status}.`
        : 'No such task has finished in this step.',
    )
  return tasks
}

/** A name that no task has is a mistake worth telling. */
function checkNames({ pathspec }: FoundTasks, tasks: readonly TaskRecord[], parameters: ArtifactTable, wanted: readonly string[]): void {
  const known = new Set([...Object.keys(parameters), ...tasks.flatMap((task) => Object.keys(task.artifacts))])
  for (const name of wanted) {
    if (known.has(name)) continue
    const near = nearest(name, [...known])
    const hint = near ? `Did you mean ${near}?` : known.size === 0 ? 'There are none.' : `There are ${enumerate([...known])}.`
    const { artifact: _artifact, ...place } = pathspec
    throw notFound({ ...place, artifact: name }, hint)
  }
}

const choose = (table: ArtifactTable, wanted: readonly string[]): ArtifactTable =>
  wanted.length === 0 ? table : Object.fromEntries(Object.entries(table).filter(([name]) => wanted.includes(name)))

async function load(store: ObjectStore, flow: string, table: ArtifactTable, most: number): Promise<ReadonlyMap<string, unknown>> {
  return loadArtifacts(store, flow, Object.fromEntries(Object.entries(table).filter(([, { sizeBytes }]) => sizeBytes <= most)))
}

const pathspecOf = ({ flow, run, step, task }: TaskRecord): string => `${flow}/${run}/${step}/${task}`

function asText(
  task: TaskRecord,
  table: ArtifactTable,
  values: ReadonlyMap<string, unknown>,
  paint: (style: 'bold', text: string) => string,
): string {
  const lines = [paint('bold', `${pathspecOf(task)}${task.status === 'failed' ? ' (failed)' : ''}`)]
  for (const [name, ref] of Object.entries(table)) {
    const value = values.has(name) ? inspect(values.get(name), { depth: 6, maxArrayLength: 100, breakLength: 100 }) : notShown(ref)
    lines.push(`  ${name} = ${value.replaceAll('\n', '\n  ')}`)
  }
  if (lines.length === 1) lines.push('  no artifacts')
  return lines.join('\n')
}

const notShown = ({ sizeBytes }: ArtifactRef): string => `<${formatSize(sizeBytes)}, not loaded: --max-value-size ${sizeBytes} shows it>`

function asJson(task: TaskRecord, table: ArtifactTable, values: ReadonlyMap<string, unknown>): object {
  const omitted = Object.entries(table).filter(([name]) => !values.has(name))
  return {
    pathspec: pathspecOf(task),
    attempt: task.attempt,
    status: task.status,
    parents: task.parents,
    ...(task.origin === undefined ? {} : { origin: task.origin }),
    ...(task.error === undefined ? {} : { error: task.error }),
    artifacts: Object.fromEntries([...values].map(([name, value]) => [name, jsonOf(name, value)])),
    ...(omitted.length > 0 ? { omitted: Object.fromEntries(omitted.map(([name, { sizeBytes }]) => [name, { sizeBytes }])) } : {}),
  }
}

function jsonOf(name: string, value: unknown): unknown {
  try {
    return artifactToJson(value)
  } catch (cause) {
    throw new MillraceError(
      'unserializable-artifact',
      `Could not write ${name} as JSON: ${cause instanceof Error ? cause.message : cause}`,
      {
        subject: name,
        cause,
      },
    )
  }
}
