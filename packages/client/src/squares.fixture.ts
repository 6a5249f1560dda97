import { commitTask, logKey, saveArtifacts, writeLog, writeRun } from '@millrace/artifact-store'
import {
  type ArtifactTable,
  FlowSpec,
  type Inputs,
  join,
  type ObjectStore,
  parameter,
  type RunRecord,
  type SplitFrame,
  step,
  type TaskRecord,
} from '@millrace/core-graph'
import { runRecord } from '@millrace/core-graph/testing'
import { Client } from './client.ts'

/** The flow whose records the tests write by hand. */
export class Squares extends FlowSpec {
  size = parameter(3)
  numbers!: number[]
  square!: number
  total = 0
  start = step(() => this.next(this.compute, { foreach: this.numbers }))
  compute = step((n: number) => {
    this.square = this.double(n)
    this.next(this.gather)
  })
  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.length
    this.next(this.end)
  })
  end = step(() => {})
  double(n: number): number {
    return n * n
  }
}

/** A client of `store` that shows the runs of a namespace; `null`: all. */
export const openedClient = (store: ObjectStore, namespace: string | null = 'user:ada'): Client => Client.open({ store, namespace })

const at = (second: number): string => new Date(Date.UTC(2026, 10, 23, 2, 43, second)).toISOString()

/** A run of Squares by ada that has just begun on another machine, unless `fields` say otherwise. */
export const squaresRun = (fields: Partial<RunRecord> = {}): RunRecord => runRecord({ createdAt: at(0), ...fields })

/** As {@link squaresRun}, of a run that succeeded. */
export const endedRun = (fields: Partial<RunRecord> = {}): RunRecord =>
  squaresRun({ status: 'succeeded', heartbeatAt: at(9), finishedAt: at(9), ...fields })

/** A task of run 1 that succeeded, unless `fields` say otherwise. */
export function squaresTask(fields: Partial<TaskRecord> & Pick<TaskRecord, 'step' | 'task'>): TaskRecord {
  return {
    version: 1,
    flow: 'Squares',
    run: '1',
    attempt: 0,
    status: 'succeeded',
    startedAt: at(1),
    finishedAt: at(2),
    artifacts: {},
    parents: [],
    frames: [],
    transition: { kind: 'linear', targets: ['end'] },
    ...fields,
  }
}

/** Stores a whole run: start, three tasks of compute of which one needed two attempts, gather, end. */
export async function storeRun(store: ObjectStore, record: RunRecord): Promise<void> {
  const { run } = record
  const save = (values: Record<string, unknown>): Promise<ArtifactTable> => saveArtifacts(store, 'Squares', new Map(Object.entries(values)))
  const numbers = [0, 1, 2]
  const first = await save({ numbers, total: 0 })
  const { items } = await save({ items: numbers })
  await commitTask(
    store,
    squaresTask({
      run,
      step: 'start',
      task: '1',
      artifacts: first,
      ...(items ? { transition: { kind: 'foreach', targets: ['compute'], count: 3, items } } : {}),
    }),
  )
  for (const index of numbers) {
    const frames: SplitFrame[] = [{ kind: 'foreach', step: 'start', task: '1', branch: 'compute', index, count: 3 }]
    const place = { run, step: 'compute', task: String(2 + index), parents: ['start/1'], frames }
    if (index === 2) await commitTask(store, squaresTask({ ...place, status: 'failed', error: { name: 'Error', message: 'once' } }))
    const attempt = index === 2 ? 1 : 0
    const artifacts = { ...first, ...(await save({ square: index ** 2 })) }
    await commitTask(
      store,
      squaresTask({ ...place, attempt, artifacts, transition: { kind: 'linear', targets: ['gather'] }, finishedAt: at(3 - index) }),
    )
    await writeLog(store, logKey({ flow: 'Squares', ...place, attempt }), [
      { at: new Date(0), stream: 'stdout', text: `squaring ${index}` },
      { at: new Date(1), stream: 'stderr', text: 'careful' },
    ])
  }
  const artifacts = await save({ total: 5, big: new Float64Array(1_000) })
  await commitTask(
    store,
    squaresTask({ run, step: 'gather', task: '5', parents: ['compute/2', 'compute/3', 'compute/4'], artifacts, finishedAt: at(5) }),
  )
  const { transition: _transition, ...end } = squaresTask({
    run,
    step: 'end',
    task: '6',
    parents: ['gather/5'],
    artifacts,
    finishedAt: at(6),
  })
  await commitTask(store, end)
  await writeRun(store, { ...record, parameters: await save({ size: 3 }) })
}
