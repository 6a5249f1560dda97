import { isFlowName, type ObjectStore, type RunRecord } from '@millrace/core-graph'
import { type RunAddress, runKey, runsPrefix } from '../layout.ts'
import { encodeRecord } from './encode-record.ts'
import { parseRunRecord } from './parse-record.ts'

/**
 * Creates a run of `flow` and gives it its number: one above the highest there is, from 1.
 *
 * Atomic: of any number of runs created at the same instant, from any process, each gets a number of its own.
 * Costs one listing of the runs and one put, and one more put for each number lost to someone else.
 *
 * @throws the reason of `signal`, before there is a run.
 */
export async function createRun(
  store: ObjectStore,
  flow: string,
  { signal, ...draft }: Omit<RunRecord, 'run'> & { readonly signal?: AbortSignal | undefined },
): Promise<RunRecord> {
  const numbers = await runNumbers(store, flow, signal ? { signal } : {})
  signal?.throwIfAborted()
  for (let number = (numbers[0] ?? 0) + 1; ; number += 1) {
    const record: RunRecord = { ...draft, run: String(number) }
    if (await store.put(runKey({ flow, run: record.run }), encodeRecord(record), { mode: 'create' })) return record
  }
}

/** Replaces a run's record. Its scheduler alone does this. One put. */
export async function writeRun(store: ObjectStore, record: RunRecord): Promise<void> {
  await store.put(runKey(record), encodeRecord(record))
}

/** A run's record, or `undefined` where there is none that can be read. One get. */
export async function readRun(store: ObjectStore, { flow, run }: RunAddress): Promise<RunRecord | undefined> {
  const key = runKey({ flow, run })
  const body = await store.get(key)
  return body && parseRunRecord(body, key, { flow, run })
}

/** The records of these runs that can be read, in their order. One get for each, all at once. */
export async function readRuns(
  store: ObjectStore,
  flow: string,
  runs: readonly string[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<ReadonlyMap<string, RunRecord>> {
  if (runs.length === 0) return new Map()
  const bodies = new Map<string, Uint8Array | undefined>()
  const keys = runs.map((run) => runKey({ flow, run }))
  for await (const [key, body] of store.getMany(keys, options)) bodies.set(key, body)
  return new Map(
    runs.flatMap((run): [string, RunRecord][] => {
      const key = runKey({ flow, run })
      const body = bodies.get(key)
      const record = body && parseRunRecord(body, key, { flow, run })
      return record ? [[run, record]] : []
    }),
  )
}

/** The names of the flows that have anything stored, in the order of their UTF-8 bytes. One listing. */
export async function listFlows(store: ObjectStore): Promise<string[]> {
  const flows: string[] = []
  for await (const entry of store.list('', { delimiter: '/' })) {
    const name = entry.key.slice(0, -1)
    if (entry.kind === 'prefix' && isFlowName(name)) flows.push(name)
  }
  return flows
}

/** The numbers of a flow's runs, highest first; one whose record cannot be read is among them. One listing. */
export async function runNumbers(store: ObjectStore, flow: string, options: { readonly signal?: AbortSignal } = {}): Promise<number[]> {
  const front = `${runsPrefix(flow)}/`
  const numbers: number[] = []
  for await (const entry of store.list(runsPrefix(flow), { delimiter: '/', ...options })) {
    const name = entry.key.slice(front.length, -1)
    if (entry.kind === 'prefix' && /^[1-9]\d{0,14}$/.test(name)) numbers.push(Number(name))
  }
  return numbers.sort((left, right) => right - left)
}
