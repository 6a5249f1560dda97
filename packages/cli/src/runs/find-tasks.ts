import { listRuns, listTasks, readRun } from '@millrace/artifact-store'
import {
  type FlowDefinition,
  formatPathspec,
  MillraceError,
  nearest,
  type ObjectStore,
  type Pathspec,
  parsePathspec,
  type RunRecord,
  type TaskRecord,
} from '@millrace/core-graph'

/** What a pathspec led to. */
export interface FoundTasks {
  readonly pathspec: Pathspec & { readonly run: string }
  readonly run: RunRecord
  /** The latest attempt of each finished task in the pathspec, in the order in which they started. */
  readonly tasks: readonly TaskRecord[]
}

/**
 * Finds the tasks of `5`, `5/fit`, `5/fit/3` or the same with the flow's name in front.
 *
 * @throws MillraceError `invalid-pathspec`, or `not-found` that names what there is instead.
 */
export async function findTasks(store: ObjectStore, definition: FlowDefinition, text: string): Promise<FoundTasks> {
  const pathspec = readPathspec(definition, text)
  const { run: number, step, task } = pathspec
  const run = await readRun(store, { flow: definition.name, run: number })
  if (!run) throw notFound(pathspec, await describeRuns(store, definition.name))
  if (step !== undefined && !definition.steps.has(step)) {
    const near = nearest(step, [...definition.steps.keys()])
    throw notFound(pathspec, near ? `Did you mean the step ${near}?` : `The flow's steps are ${enumerate([...definition.steps.keys()])}.`)
  }
  const all = latestAttempts(await listTasks(store, definition.name, number, step))
  const tasks = task === undefined ? all : all.filter((record) => record.task === task)
  return { pathspec, run, tasks }
}

async function describeRuns(store: ObjectStore, flow: string): Promise<string> {
  const newest: string[] = []
  for await (const { run } of listRuns(store, flow)) if (newest.push(run) > 10) break
  return newest.length === 0 ? `${flow} has no runs in ${store.url}.` : `The newest runs are ${enumerate(newest.slice(0, 10))}.`
}

/** The error for a pathspec that leads to nothing. */
export function notFound(pathspec: Pathspec, hint: string): MillraceError {
  const text = formatPathspec(pathspec)
  return new MillraceError('not-found', `Could not find ${text}. ${hint}`, { subject: text })
}

/** `1, 2, 3 and 4 more`. */
export function enumerate(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

function readPathspec(definition: FlowDefinition, text: string): Pathspec & { readonly run: string } {
  const pathspec = parsePathspec(text, { flow: definition.name })
  const { run } = pathspec
  if (pathspec.flow !== definition.name)
    throw new MillraceError(
      'invalid-pathspec',
      `Could not look up ${text} here: it belongs to the flow ${pathspec.flow}, and this file's flow is ${definition.name}.`,
      { subject: text },
    )
  if (run === undefined)
    throw new MillraceError(
      'invalid-pathspec',
      `Could not look up ${text}: it names no run. Write ${text}/RUN, with a number that "runs" lists.`,
      {
        subject: text,
      },
    )
  return { ...pathspec, run }
}

function latestAttempts(records: readonly TaskRecord[]): readonly TaskRecord[] {
  const latest = new Map<string, TaskRecord>()
  for (const record of records) {
    const key = `${record.step}/${record.task}`
    const known = latest.get(key)
    if (!known || known.attempt < record.attempt) latest.set(key, record)
  }
  return [...latest.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt) || Number(a.task) - Number(b.task))
}
