import { logKey, runPrefix } from '@millrace/artifact-store'
import type { ObjectStore, Pathspec } from '@millrace/core-graph'

/** The logs of one task. */
export interface TaskLogs {
  readonly step: string
  readonly task: string
  /** From 0, ascending. */
  readonly attempts: readonly number[]
  keyOf(attempt: number): string
}

/** The tasks of a run, or of one step, that have logs, also while they run; in the order of their numbers, which is the order of planning. */
export async function findLogs(store: ObjectStore, { flow, run, step }: Pathspec & { readonly run: string }): Promise<readonly TaskLogs[]> {
  const found = new Map<string, { step: string; task: string; attempts: number[] }>()
  const prefix = runPrefix({ flow, run })
  for await (const { key } of store.list(step === undefined ? prefix : `${prefix}/${step}`)) {
    const [, inStep, task, attempt] = /\/([^/]+)\/(\d+)\/(\d+)\.log$/.exec(key) ?? []
    if (inStep === undefined || task === undefined || attempt === undefined) continue
    const known = found.get(task) ?? { step: inStep, task, attempts: [] }
    known.attempts.push(Number(attempt))
    found.set(task, known)
  }
  return [...found.values()]
    .sort((a, b) => Number(a.task) - Number(b.task))
    .map((logs) => ({
      ...logs,
      attempts: logs.attempts.sort((a, b) => a - b),
      keyOf: (attempt) => logKey({ flow, run, step: logs.step, task: logs.task, attempt }),
    }))
}
