import type { ObjectStore, TaskRecord } from '@millrace/core-graph'
import { type AttemptAddress, parseTaskRecordKey, runPrefix, stepPrefix, type TaskAddress, taskPrefix, taskRecordKey } from '../layout.ts'
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

/**
 * The latest readable record of each task of a run, or of one of its steps: step by step in the order of their names, tasks by number.
 *
 * One listing, and one get for each attempt.
 */
export async function listTasks(store: ObjectStore, flow: string, run: string, step?: string): Promise<TaskRecord[]> {
  const keys = new Map<string, AttemptAddress>()
  for await (const entry of store.list(step === undefined ? runPrefix({ flow, run }) : stepPrefix({ flow, run, step }))) {
    const address = parseTaskRecordKey(entry.key)
    if (address) keys.set(entry.key, address)
  }
  const latest = new Map<string, TaskRecord>()
  for await (const [key, body] of store.getMany([...keys.keys()])) {
    const record = body && parseTaskRecord(body, key, { ...keys.get(key) })
    if (!record) continue
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
