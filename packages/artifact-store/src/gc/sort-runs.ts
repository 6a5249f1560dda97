import type { ObjectStore, RunRecord } from '@millrace/core-graph'
import { runKey } from '../layout.ts'
import { isAbandoned } from '../records/run-life.ts'
import { readRuns, runNumbers } from '../records/run-records.ts'

const batchSize = 1_000

/** Which runs go, lowest first, and the records of those that stay. @throws the reason of `signal`. */
export async function sortRuns(
  store: ObjectStore,
  flow: string,
  { now, olderThanMs, signal }: { readonly now: Date; readonly olderThanMs: number; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly old: readonly string[]; readonly staying: readonly RunRecord[] }> {
  const options = signal ? { signal } : {}
  const numbers = (await runNumbers(store, flow, options)).map(String).reverse()
  const newest = numbers.at(-1)
  const old: string[] = []
  const staying: RunRecord[] = []
  for (let start = 0; start < numbers.length; start += batchSize) {
    const batch = numbers.slice(start, start + batchSize)
    const records = await readRuns(store, flow, batch, options)
    for (const run of batch) {
      const record = records.get(run)
      const endedAt = record && endOf(record, now)
      if (run !== newest && endedAt !== undefined && now.getTime() - endedAt > olderThanMs) old.push(run)
      else if (record) staying.push(record)
      else if (run !== newest && !(await store.get(runKey({ flow, run }), options))) old.push(run)
    }
  }
  return { old, staying }
}

/** When a run ended, in milliseconds since 1970; `undefined` while it goes on, or may. */
function endOf(run: RunRecord, now: Date): number | undefined {
  if (run.status !== 'running') return Date.parse(run.finishedAt ?? run.heartbeatAt)
  return isAbandoned(run, { now }) ? Date.parse(run.heartbeatAt) : undefined
}
