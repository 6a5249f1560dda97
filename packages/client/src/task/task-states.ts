import { type AttemptsPlace, type ListedAttempts, listAttempts } from '@millrace/artifact-store'
import type { TaskRecord } from '@millrace/core-graph'
import type { ClientContext } from '../context.ts'

/** All that is stored of one task. */
export interface TaskState {
  readonly step: string
  /** Its number. */
  readonly task: string
  /** By attempt, ascending. */
  readonly records: readonly TaskRecord[]
  /** What there is of the logs of attempts, by attempt, ascending. */
  readonly logs: readonly TaskLogParts[]
}

/** Of which parts an attempt's log consists. */
interface TaskLogParts {
  /** From 0. */
  readonly attempt: number
  /** Ascending. */
  readonly segments: readonly number[]
}

/** The tasks of a run, a step, or one task, that have a record or a log; by number, which is the order of planning. One listing, and one get for each record that this client has not read before. */
export async function readTaskStates(context: ClientContext, place: AttemptsPlace): Promise<readonly TaskState[]> {
  const known: TaskRecord[] = []
  const { records, logs } = await listAttempts(context.store, place, {
    skip: (attempt) => {
      const record = context.records.get(attempt)
      if (record) known.push(record)
      return record !== undefined
    },
  })
  for (const record of records) context.records.add(record)
  return groupByTask({ records: [...known, ...records], logs })
}

/** Sorts what was listed into tasks, by number. */
function groupByTask({ records, logs }: ListedAttempts): readonly TaskState[] {
  const states = new Map<string, { step: string; task: string; records: TaskRecord[]; logs: TaskLogParts[] }>()
  const stateOf = ({ step, task }: { readonly step: string; readonly task: string }) => {
    const known = states.get(task) ?? { step, task, records: [], logs: [] }
    states.set(task, known)
    return known
  }
  for (const record of records) stateOf(record).records.push(record)
  for (const [log, ...more] of Map.groupBy(logs, ({ task, attempt }) => `${task}/${attempt}`).values())
    if (log) stateOf(log).logs.push({ attempt: log.attempt, segments: [log, ...more].map(({ segment }) => segment).sort(byNumber) })
  for (const state of states.values()) {
    state.records.sort((left, right) => left.attempt - right.attempt)
    state.logs.sort((left, right) => left.attempt - right.attempt)
  }
  return [...states.values()].sort((left, right) => Number(left.task) - Number(right.task))
}

const byNumber = (left: number, right: number): number => left - right
