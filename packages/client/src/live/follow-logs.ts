import { type AttemptAddress, listAttempts, logKey, parseLog, readRun } from '@millrace/artifact-store'
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

/**
 * The lines that tasks have written, from the latest attempt of each on, and those that they write, until the run ends or its scheduler is dead.
 * A scheduler saves a log after a second, and then at longer and longer intervals, so lines come with that delay.
 *
 * A look is one get and one listing, and one get for each log that has grown, of what has grown.
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
    let hasNews = false
    for (const log of isFirst ? latestOf(logs) : logs.toSorted(byTask)) {
      const key = logKey(log)
      const start = read.get(key) ?? 0
      if (log.sizeBytes <= start) continue
      const bytes = (await store.get(key, { range: [start, log.sizeBytes], ...options })) ?? new Uint8Array(0)
      const end = bytes.lastIndexOf(newline) + 1
      read.set(key, start + end)
      hasNews = true
      for (const line of parseLog(bytes.subarray(0, end))) yield { ...line, step: log.step, task: log.task, attempt: log.attempt }
    }
    if (isFirst) for (const log of logs) if (!read.has(logKey(log))) read.set(logKey(log), log.sizeBytes)
    if (life !== 'running') return
    waitedMs = await pace.wait(hasNews)
  }
}

const byTask = (left: AttemptAddress, right: AttemptAddress): number =>
  Number(left.task) - Number(right.task) || left.attempt - right.attempt

/** The latest attempt of each task, by number. */
function latestOf<Log extends AttemptAddress>(logs: readonly Log[]): readonly Log[] {
  return [...new Map(logs.toSorted(byTask).map((log) => [log.task, log])).values()]
}
