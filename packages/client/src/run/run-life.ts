import { lossOf, type RunSummary, readRun } from '@millrace/artifact-store'
import type { ErrorRecord, RunRecord } from '@millrace/core-graph'
import type { ClientContext } from '../context.ts'

/** What a run is as it is now. */
export interface RunLife {
  readonly status: RunRecord['status']
  /** Whether the record says that it runs, and its scheduler is dead: then its status is `failed`. */
  readonly lost: boolean
  /** Why it failed; `subject` is the task's `step/task`, where it was one. */
  readonly error: (ErrorRecord & { readonly subject?: string }) | undefined
}

/** What a run's summary means at `now`; `isDead`: whether its scheduler is known to be, or not to be. Pure but for the look at the process of a run of this machine. */
export function lifeOf(
  flow: string,
  summary: RunSummary,
  { now, isDead }: { readonly now: Date; readonly isDead: boolean | undefined },
): RunLife {
  const loss = isDead === false ? undefined : (lossOf(summary, { now }) ?? (isDead ? 'silent' : undefined))
  if (!loss) return { status: summary.status, lost: false, error: summary.error }
  const sign =
    loss === 'gone'
      ? `its process ${summary.pid} on ${summary.host} does not exist`
      : `it runs on ${summary.host}, as process ${summary.pid}`
  const message = `The scheduler of ${flow}/${summary.run} was killed, or its machine was switched off: its last sign of life was at ${summary.heartbeatAt}, and ${sign}. What its tasks finished is kept: resume --origin-run-id ${summary.run} goes on from there.`
  return { status: 'failed', lost: true, error: { name: 'MillraceError', code: 'executor-lost', message } }
}

/** The summary, or where it looks as if its process is gone, what its record says now: it may just have ended. At most one get. */
export async function settled(context: ClientContext, flow: string, summary: RunSummary): Promise<RunSummary> {
  if (lossOf(summary, { now: context.clock.now() }) !== 'gone') return summary
  const record = await readRun(context.store, { flow, run: summary.run })
  return record?.createdAt === summary.createdAt ? { ...record, tags: summary.tags } : summary
}

/** Whether a run is in a namespace: by its own, or by one of its tags, the user's or the system's. */
export function isInNamespace({ namespace, tags, systemTags }: RunSummary, wanted: string | undefined): boolean {
  return wanted === undefined || namespace === wanted || tags.includes(wanted) || systemTags.includes(wanted)
}

/** Milliseconds from one instant to another; never negative, because a clock may have been set back in between. */
export function lengthMs(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from))
}
