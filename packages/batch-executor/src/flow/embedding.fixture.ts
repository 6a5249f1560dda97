import { commitTask, openStore, readRun, readTask } from '@millrace/artifact-store'
import { BatchExecutor } from '@millrace/batch-executor'
import { BatchWorkerJobs, FlowExecutor, readWorkerTask, runWorker } from '@millrace/batch-executor/flow'
import { type Executor, systemClock } from '@millrace/core-graph'

// Where the scheduler is: an executor whose `launch(specs, signal)` gives the events of tasks that run in containers.
export function tasksOnBatch(root: string): Executor {
  const store = openStore(root)
  const batch = new BatchExecutor({ queue: 'millrace', image: 'registry.example.com/my-worker:1' })
  const jobs = new BatchWorkerJobs({
    executor: batch,
    user: 'ada',
    containerOf: (step) => ({ resources: {}, batch: step === 'train' ? { cpu: 8, memory: 32_000 } : {} }),
    command: async () => ['node', '/app/worker.js'],
    environment: {},
  })
  return new FlowExecutor({
    store,
    jobs,
    clock: systemClock,
    maxWorkers: 100,
    maxLogBytes: 10_000_000,
    readRecord: (address) => readTask(store, address),
    sendCode: async () => '', // the image has it
    onNote: (text) => console.error(text),
    onClose: () => batch.close(),
  })
}

// In the container, /app/worker.js: `executor` runs one task at a time, in a process of its own.
export async function work(executor: Executor): Promise<number> {
  const { task, me } = readWorkerTask(process.env)
  const store = openStore(task.root)
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort('SIGTERM'))
  const outcome = await runWorker({
    store,
    me,
    manifest: task,
    executor,
    clock: systemClock,
    signal: stop.signal,
    records: {
      latest: ({ flow, run, step, task: name }) => readTask(store, { flow, run, step, task: name }),
      commit: (record) => commitTask(store, record),
      run: (address) => readRun(store, address),
    },
  })
  return { done: 0, 'run-over': 0, failed: 1, stopped: 143 }[outcome.kind]
}
