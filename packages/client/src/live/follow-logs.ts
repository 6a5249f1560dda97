import { type ListedAttempts, listAttempts, logKey, parseLog, readRun } from '@millrace/artifact-store'
import type { LogLine } from '@millrace/core-graph'
import type { ClientContext } from '../context.ts'
import { Pace } from './pace.ts'
import { Vigil } from './vigil.ts'

/** Whose lines are followed: a run's, a step's, or one task's. */
export interface FollowPlace {
  readonly flow: string
  readonly run: string
  readonly step?: string
  readonly task?: string
}

/** A line and who wrote it. */
export interface FollowedLine extends LogLine {
  readonly step: string
  readonly task: string
  /** From 0. */
  readonly attempt: number
}

const newline = 0x0a
/** Gets on their way at once. */
const atOnce = 16

/**
 * The lines that tasks have written, from the latest attempt of each on, and those that they write, until the run ends or its scheduler is dead.
 * A scheduler saves a log after a second, and then at longer and longer intervals, so lines come with that delay.
 *
 * A look is one get and one listing, and one get for each part of a log that is new, or of what is new in it; a few of them at once.
 *
 * @throws the reason of `signal`.
 */
export async function* followLogs(
  { store, clock }: ClientContext,
  place: FollowPlace,
  { signal }: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<FollowedLine> {
  const read = new Map<string, number>()
  const options = signal ? { signal } : {}
  const pace = new Pace(clock, signal)
  const vigil = new Vigil()
  for (let isFirst = true, waitedMs = 0; ; isFirst = false) {
    signal?.throwIfAborted()
    // The record first: when it says that the run has ended, all logs are whole.
    const life = vigil.look(await readRun(store, place), { now: clock.now(), waitedMs })
    const { logs } = await listAttempts(store, place, { skip: () => true, ...options })
    const news = (isFirst ? latestOf(logs) : logs).filter((log) => log.sizeBytes > (read.get(logKey(log)) ?? 0)).toSorted(byTask)
    const bodies = new Map<Log, Promise<Uint8Array | undefined>>()
    for (const [position, log] of news.entries()) {
      for (const next of news.slice(position, position + atOnce)) {
        const range = [read.get(logKey(next)) ?? 0, next.sizeBytes] as const
        if (!bodies.has(next)) bodies.set(next, store.get(logKey(next), { range, ...options }))
        // Whoever stops following has no ear for it.
        bodies.get(next)?.catch(() => {})
      }
      const bytes = (await bodies.get(log)) ?? new Uint8Array(0)
      bodies.delete(log)
      const end = bytes.lastIndexOf(newline) + 1
      read.set(logKey(log), (read.get(logKey(log)) ?? 0) + end)
      for (const line of parseLog(bytes.subarray(0, end))) yield { ...line, step: log.step, task: log.task, attempt: log.attempt }
    }
    if (isFirst) for (const log of logs) if (!read.has(logKey(log))) read.set(logKey(log), log.sizeBytes)
    if (life !== 'running') return
    waitedMs = await pace.wait(news.length > 0)
  }
}

type Log = ListedAttempts['logs'][number]

const byTask = (left: Log, right: Log): number =>
  Number(left.task) - Number(right.task) || left.attempt - right.attempt || left.segment - right.segment

/** The logs of the latest attempt at each task. */
function latestOf(logs: readonly Log[]): readonly Log[] {
  const latest = new Map(logs.toSorted(byTask).map(({ task, attempt }) => [task, attempt]))
  return logs.filter(({ task, attempt }) => latest.get(task) === attempt)
}
