import type { ObjectStore, TaskRecord } from '@millrace/core-graph'
import {
  type AttemptAddress,
  type LogAddress,
  parseLogKey,
  parseTaskRecordKey,
  type RunAddress,
  runPrefix,
  stepPrefix,
  type TaskAddress,
  taskPrefix,
  taskRecordKey,
} from '../layout.ts'
import { encodeRecord } from './encode-record.ts'
import { parseTaskRecord } from './parse-record.ts'

/**
 * Commits an attempt at a task: from here on anyone can read it and all that it names. One put, atomic.
 *
 * Returns `false` where the attempt has been committed before; that record then stays.
 */
export async function commitTask(store: ObjectStore, record: TaskRecord): Promise<boolean> {
  return store.put(taskRecordKey(record), encodeRecord(record), { mode: 'create' })
}

/** Commits many attempts, each as {@link commitTask} does, as many at a time as the store likes. One put each. Rejects if any failed, after all have settled. */
export async function commitTasks(store: ObjectStore, records: Iterable<TaskRecord>): Promise<void> {
  await store.putMany(encodeAll(records), { mode: 'create' })
}

function* encodeAll(records: Iterable<TaskRecord>): Generator<[string, Uint8Array]> {
  for (const record of records) yield [taskRecordKey(record), encodeRecord(record)]
}

/**
 * The record of an attempt, or of the latest that can be read where `attempt` is not given; `undefined` where there is none.
 *
 * One get, and for the latest one listing before it.
 */
export async function readTask(
  store: ObjectStore,
  { flow, run, step, task, attempt }: TaskAddress & { readonly attempt?: number },
): Promise<TaskRecord | undefined> {
  if (attempt !== undefined) return readAttempt(store, { flow, run, step, task, attempt })
  const attempts: AttemptAddress[] = []
  for await (const entry of store.list(taskPrefix({ flow, run, step, task }), { delimiter: '/' })) {
    const address = parseTaskRecordKey(entry.key)
    if (address) attempts.push(address)
  }
  for (const address of attempts.sort((left, right) => right.attempt - left.attempt)) {
    const record = await readAttempt(store, address)
    if (record) return record
  }
  return undefined
}

/** A place in a run: all of it, a step, a task. */
export interface AttemptsPlace extends RunAddress {
  readonly step?: string
  /** Only with `step`. */
  readonly task?: string
}

/** What there is of attempts at tasks. */
export interface ListedAttempts {
  /** By key. */
  readonly records: readonly TaskRecord[]
  /** The parts of logs, by key. An attempt that goes on may have some and has no record. */
  readonly logs: readonly (LogAddress & { readonly sizeBytes: number })[]
}

/**
 * Every readable record and every log of a run, a step or a task.
 *
 * One listing, and one get for each record, all at once; none for a record that `skip` knows already.
 */
export async function listAttempts(
  store: ObjectStore,
  place: AttemptsPlace,
  options: { readonly skip?: (attempt: AttemptAddress) => boolean; readonly signal?: AbortSignal } = {},
): Promise<ListedAttempts> {
  const { skip, ...requestOptions } = options
  const wanted = new Map<string, AttemptAddress>()
  const logs: (LogAddress & { readonly sizeBytes: number })[] = []
  for await (const { key, sizeBytes = 0 } of store.list(prefixOf(place), requestOptions)) {
    const log = parseLogKey(key)
    if (log) logs.push({ ...log, sizeBytes })
    const address = parseTaskRecordKey(key)
    if (address && !skip?.(address)) wanted.set(key, address)
  }
  const found = new Map<string, TaskRecord>()
  if (wanted.size > 0)
    for await (const [key, body] of store.getMany([...wanted.keys()], requestOptions)) {
      const record = body && parseTaskRecord(body, key, { ...wanted.get(key) })
      if (record) found.set(key, record)
    }
  return { records: [...wanted.keys()].flatMap((key) => found.get(key) ?? []), logs }
}

function prefixOf({ flow, run, step, task }: AttemptsPlace): string {
  if (step === undefined) return runPrefix({ flow, run })
  return task === undefined ? stepPrefix({ flow, run, step }) : taskPrefix({ flow, run, step, task })
}

/**
 * The latest readable record of each task of a run, or of one of its steps: step by step in the order of their names, tasks by number.
 *
 * One listing, and one get for each attempt.
 */
export async function listTasks(store: ObjectStore, flow: string, run: string, step?: string): Promise<TaskRecord[]> {
  const { records } = await listAttempts(store, { flow, run, ...(step === undefined ? {} : { step }) })
  const latest = new Map<string, TaskRecord>()
  for (const record of records) {
    const name = `${record.step}/${record.task}`
    if ((latest.get(name)?.attempt ?? -1) < record.attempt) latest.set(name, record)
  }
  return [...latest.values()].sort(byStepAndTask)
}

async function readAttempt(store: ObjectStore, address: AttemptAddress): Promise<TaskRecord | undefined> {
  const key = taskRecordKey(address)
  const body = await store.get(key)
  return body && parseTaskRecord(body, key, { ...address })
}

function byStepAndTask(left: TaskRecord, right: TaskRecord): number {
  if (left.step !== right.step) return left.step < right.step ? -1 : 1
  return Number(left.task) - Number(right.task)
}
