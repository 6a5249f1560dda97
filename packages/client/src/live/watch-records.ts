import { type AttemptAddress, listAttempts, type RunAddress, readRun } from '@millrace/artifact-store'
import type { RunRecord, TaskRecord } from '@millrace/core-graph'
import type { ClientContext } from '../context.ts'
import { Pace } from './pace.ts'
import { Vigil } from './vigil.ts'

/** What {@link watchRecords} tells: a record of an attempt, or the run's record where its status is new, or its scheduler is dead, which nobody will write down. */
export type RecordNews =
  | { readonly kind: 'attempt'; readonly record: TaskRecord }
  | { readonly kind: 'run'; readonly record: RunRecord; readonly isDead: boolean }

/**
 * Tells all that is and all that becomes of a run: first its record, then attempts in the order in which they ended, then its record again when its status changes.
 * Ends when the run has ended and all has been told, and when its scheduler is dead.
 *
 * Looks after 0.1 s, then less and less often while nothing happens, up to every 2 s. A look is one get of the run's record and one listing, and one get for each new record.
 *
 * @throws the reason of `signal`.
 */
export async function* watchRecords(
  { store, clock }: ClientContext,
  run: RunAddress,
  { signal }: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<RecordNews> {
  const known = new Set<string>()
  const isKnown = (attempt: AttemptAddress): boolean => known.has(nameOf(attempt))
  const pace = new Pace(clock, signal)
  const vigil = new Vigil()
  let told: string | undefined
  for (let waitedMs = 0; ; ) {
    signal?.throwIfAborted()
    const record = await readRun(store, run)
    const life = vigil.look(record, { now: clock.now(), waitedMs })
    // The record first: when it says that the run has ended, all its tasks have.
    const { records } = await listAttempts(store, run, { skip: isKnown, ...(signal ? { signal } : {}) })
    const status = life === 'dead' ? life : record?.status
    const news: RecordNews | undefined = record && { kind: 'run', record, isDead: life === 'dead' }
    if (news && told === undefined) yield news
    for (const attempt of records.toSorted(byEnd)) {
      known.add(nameOf(attempt))
      yield { kind: 'attempt', record: attempt }
    }
    if (news && told !== undefined && told !== status) yield news
    told = status
    if (life !== 'running') return
    waitedMs = await pace.wait(records.length > 0)
  }
}

const nameOf = ({ step, task, attempt }: Pick<AttemptAddress, 'step' | 'task' | 'attempt'>): string => `${step}/${task}/${attempt}`

const byEnd = (left: TaskRecord, right: TaskRecord): number =>
  Date.parse(left.finishedAt) - Date.parse(right.finishedAt) || Number(left.task) - Number(right.task) || left.attempt - right.attempt
