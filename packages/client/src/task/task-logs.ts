import { type AttemptAddress, listAttempts, readLog } from '@millrace/artifact-store'
import { type LogLine, parsePathspec, type TaskRecord } from '@millrace/core-graph'
import { notFound } from '../lookup-errors.ts'
import type { RunScope } from '../run/run-scope.ts'
import { readTaskStates, type TaskState } from './task-states.ts'

/** Which lines of a task are read. */
export interface LogOptions {
  /** Default: both, as they came. */
  readonly stream?: 'stdout' | 'stderr'
  /** From 0. Default: the latest that ran; what a `catch` made of its failure is no attempt that ran. */
  readonly attempt?: number
}

/**
 * The lines that a task wrote; of a task that was taken over from an earlier run, those that it wrote there. One get for each part in which they were saved;
 * while the run goes on a listing before them, and for a task that was taken over a listing and a get.
 *
 * @throws MillraceError `not-found` for an attempt that there was not.
 */
export async function* readTaskLog(scope: RunScope, state: TaskState, { stream, attempt }: LogOptions = {}): AsyncGenerator<LogLine> {
  const { flow, run, step, task, records, logs } = await whereItRan(scope, state)
  const logged = logs.map((log) => log.attempt)
  const attempts = new Set([...records.map((record) => record.attempt), ...logged])
  const ran = [...records.flatMap((record) => (isCatch(record) ? [] : record.attempt)), ...logged]
  const wanted = attempt ?? Math.max(...ran)
  const pathspec = `${flow}/${run}/${step}/${task}`
  if (!attempts.has(wanted))
    throw notFound(
      `attempt ${wanted} of ${pathspec}`,
      `Its attempts, from 0, are ${[...attempts].sort((left, right) => left - right).join(', ')}.`,
    )
  const address = { flow, run, step, task, attempt: wanted }
  // A task that printed nothing has no log.
  const known = logs.find((log) => log.attempt === wanted)?.segments ?? []
  const segments = run === scope.run && scope.abandoned === undefined ? await listSegments(scope, address) : known
  for (const line of await readLog(scope.context.store, address, segments)) if (stream === undefined || line.stream === stream) yield line
}

/** The parts that there are by now: of a run that goes on, more may have come, also after a task's record. */
async function listSegments({ context }: RunScope, { attempt, ...place }: AttemptAddress): Promise<readonly number[]> {
  const { logs } = await listAttempts(context.store, place, { skip: () => true })
  const parts = logs.filter((log) => log.attempt === attempt).map(({ segment }) => segment)
  return parts.sort((left, right) => left - right)
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
