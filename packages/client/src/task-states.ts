import { type AttemptsPlace, type ListedAttempts, listAttempts } from '@millrace/artifact-store'
import type { TaskRecord } from '@millrace/core-graph'
import type { ClientContext } from './context.ts'

/** All that is stored of one task. */
export interface TaskState {
  readonly step: string
  /** Its number. */
  readonly task: string
  /** By attempt, ascending. */
  readonly records: readonly TaskRecord[]
  /** Numbers of the attempts that have a log, ascending. */
  readonly logs: readonly number[]
}

/** The tasks of a run, a step, or one task, that have a record or a log; by number, which is the order of planning. One listing, and one get for each record. */
export async function readTaskStates(context: ClientContext, place: AttemptsPlace): Promise<readonly TaskState[]> {
  return groupByTask(await listAttempts(context.store, place))
}

/** Sorts what was listed into tasks, by number. */
export function groupByTask({ records, logs }: ListedAttempts): readonly TaskState[] {
  const states = new Map<string, { step: string; task: string; records: TaskRecord[]; logs: number[] }>()
  const stateOf = ({ step, task }: { readonly step: string; readonly task: string }) => {
    const known = states.get(task) ?? { step, task, records: [], logs: [] }
    states.set(task, known)
    return known
  }
  for (const record of records) stateOf(record).records.push(record)
  for (const log of logs) stateOf(log).logs.push(log.attempt)
  for (const state of states.values()) {
    state.records.sort((left, right) => left.attempt - right.attempt)
    state.logs.sort((left, right) => left - right)
  }
  return [...states.values()].sort((left, right) => Number(left.task) - Number(right.task))
}
