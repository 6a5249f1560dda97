import { commitTask, createMemoryStore, createRun, listTasks, readRun, readTask } from '@millrace/artifact-store'
import { type ObjectStore, type SplitFrame, systemClock, type TaskInput, type TaskRecord, type TaskSpec } from '@millrace/core-graph'
import { parseEvents, type WorkerEvent } from '../events/worker-event.ts'
import { eventsPrefix, manifestKey, parseSegmentKey } from '../job-keys.ts'
import { encodeManifest } from '../manifest/manifest.ts'
import { type Script, ScriptedExecutor } from '../scripted-executor.fixture.ts'
import { runWorker, type WorkerOutcome } from './run-worker.ts'

const source: TaskInput = { step: 'start', task: '1', artifacts: { big: { sha256: 'a'.repeat(64), sizeBytes: 5_000 } } }

/** The specs of a foreach of `count` tasks. */
export function foreachSpecs(count: number, more: Partial<TaskSpec> = {}): TaskSpec[] {
  return Array.from({ length: count }, (_, index): TaskSpec => {
    const frame: SplitFrame = { kind: 'foreach', step: 'start', task: '1', branch: 'work', index, count, label: `item ${index}` }
    return {
      flow: 'Wide',
      run: '1',
      root: 'memory:',
      step: 'work',
      task: String(index + 2),
      attempt: 0,
      inputs: [source],
      join: false,
      targets: ['gather'],
      reads: [],
      inputReads: [],
      frames: [frame],
      parameters: {},
      maxNumSplits: 10_000,
      tags: [],
      namespace: 'user:test',
      username: 'test',
      ...more,
    }
  })
}

/** A job's manifest in a store of its own, and workers that go through it in this process. */
export async function openBed(
  specs: readonly TaskSpec[],
  { workers = 2, store = createMemoryStore() }: { workers?: number; store?: ObjectStore } = {},
) {
  const at = new Date().toISOString()
  const run = {
    version: 1,
    flow: 'Wide',
    status: 'running',
    createdAt: at,
    heartbeatAt: at,
    parameters: {},
    user: 'test',
    namespace: 'user:test',
  } as const
  await createRun(store, 'Wide', { ...run, tags: [], systemTags: [], host: 'elsewhere', pid: 1 })
  const job = { flow: 'Wide', run: '1', job: 'work-1' }
  const { body, headBytes } = encodeManifest(specs)
  await store.put(manifestKey(job), body)
  const specOf = (task: string): TaskSpec | undefined => specs.find((spec) => spec.task === task)

  const commit = (record: TaskRecord): Promise<boolean> => commitTask(store, record)
  return {
    store,
    job,
    specOf,
    commit,
    /** Runs one worker to its end. */
    async work(
      worker: number,
      script: Script = () => 'succeed',
      {
        submission = '0000000a',
        incarnation = 1,
        signal = new AbortController().signal,
        on = store,
      }: { submission?: string; incarnation?: number; signal?: AbortSignal; on?: ObjectStore } = {},
    ): Promise<{ readonly outcome: WorkerOutcome; readonly ran: readonly string[] }> {
      const executor = new ScriptedExecutor(script, commit)
      const outcome = await runWorker({
        store: on,
        me: { ...job, worker, submission, incarnation },
        manifest: { sizeBytes: body.length, headBytes, workers },
        executor,
        clock: systemClock,
        signal,
        records: {
          latest: ({ flow, run, step, task }) => readTask(store, { flow, run, step, task }),
          commit,
          run: (address) => readRun(store, address),
        },
      })
      return { outcome, ran: executor.ran }
    },
    /** All that the workers told, each in its order. */
    async events(): Promise<WorkerEvent[]> {
      const all: WorkerEvent[] = []
      for await (const { key } of store.list(eventsPrefix(job))) {
        const body = parseSegmentKey(key) && (await store.get(key))
        if (body) all.push(...parseEvents(body, ({ task }) => specOf(task)))
      }
      return all
    },
    records: () => listTasks(store, 'Wide', '1', 'work'),
  }
}
