import { logKey, readLog } from '@millrace/artifact-store'
import { type LogLine, parsePathspec, type TaskRecord } from '@millrace/core-graph'
import { notFound } from './lookup-errors.ts'
import type { RunScope } from './run-scope.ts'
import { readTaskStates, type TaskState } from './task-states.ts'

/** Which lines of a task are read. */
export interface LogOptions {
  /** Default: both, as they came. */
  readonly stream?: 'stdout' | 'stderr'
  /** From 0. Default: the latest that ran; what a `catch` made of its failure is no attempt that ran. */
  readonly attempt?: number
}

/**
 * The lines that a task wrote; of a task that was taken over from an earlier run, those that it wrote there. One get, and for such a task a listing and a get before it.
 *
 * @throws MillraceError `not-found` for an attempt that there was not.
 */
export async function* readTaskLog(scope: RunScope, state: TaskState, { stream, attempt }: LogOptions = {}): AsyncGenerator<LogLine> {
  const { flow, run, step, task, records, logs } = await whereItRan(scope, state)
  const attempts = new Set([...records.map((record) => record.attempt), ...logs])
  const ran = [...records.flatMap((record) => (isCatch(record) ? [] : record.attempt)), ...logs]
  const wanted = attempt ?? Math.max(...ran)
  const pathspec = `${flow}/${run}/${step}/${task}`
  if (!attempts.has(wanted))
    throw notFound(
      `attempt ${wanted} of ${pathspec}`,
      `Its attempts, from 0, are ${[...attempts].sort((left, right) => left - right).join(', ')}.`,
    )
  // A task that printed nothing has no log.
  for (const line of await readLog(scope.context.store, logKey({ flow, run, step, task, attempt: wanted })))
    if (stream === undefined || line.stream === stream) yield line
}

/** Whether a record is what the scheduler made of a failure that a step catches: it tells the error of an attempt before it, and wrote nothing. */
const isCatch = ({ status, error }: TaskRecord): boolean => status === 'succeeded' && error !== undefined

async function whereItRan(scope: RunScope, state: TaskState): Promise<TaskState & { readonly flow: string; readonly run: string }> {
  const here = { ...state, flow: scope.flow, run: scope.run }
  const { origin } = state.records.at(-1) ?? {}
  if (origin === undefined) return here
  const { flow, run, step, task } = parsePathspec(origin)
  if (run === undefined || step === undefined || task === undefined) return here
  const [there] = await readTaskStates(scope.context, { flow, run, step, task })
  return there ? { ...there, flow, run } : here
}
