import { commitTask, openStore, readRun, readTask } from '@millrace/artifact-store'
import { readWorkerTask, runWorker, type WorkerOutcome } from '@millrace/batch-executor/flow'
import { MillraceError, systemClock } from '@millrace/core-graph'
import { LocalExecutor } from '@millrace/runtime/run'
import { MemoryGuard } from './memory-guard.ts'

/** As sysexits.h has them: what may succeed another time, and what is not set up right. */
const exitCodes = { done: 0, failed: 1, temporary: 75, misconfigured: 78, terminated: 143 } as const

/** The share of the container's memory that JavaScript's heap may take; the rest is for buffers, native code and this process. */
const heapShare = 0.75

/** Ends the worker, and tells why, where nothing else will. */
async function run(): Promise<number> {
  const { task, me } = readWorkerTask(process.env)
  const { memoryMiB } = task
  const given = process.env.NODE_OPTIONS ?? ''
  const heap =
    memoryMiB === undefined || given.includes('max-old-space-size') ? '' : `--max-old-space-size=${Math.floor(memoryMiB * heapShare)}`
  process.env.NODE_OPTIONS = `${given} --enable-source-maps ${heap}`.trim()
  const store = openStore(task.root)
  const local = new LocalExecutor({
    store,
    moduleUrl: new URL('./flow.js', import.meta.url).href,
    flow: task.flow,
    maxWorkers: 1,
    maxLogBytes: task.maxLogBytes,
  })
  // The process that runs tasks loads the flow while this one reads what there is to do.
  local.warm()
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort('SIGTERM'))
  const outcome = await runWorker({
    store,
    me,
    manifest: task,
    executor: new MemoryGuard(local, { memoryMiB }),
    clock: systemClock,
    signal: stop.signal,
    records: {
      latest: ({ flow, run, step, task: name }) => readTask(store, { flow, run, step, task: name }),
      commit: (record) => commitTask(store, record),
      run: (address) => readRun(store, address),
    },
  })
  return exitCodeOf(outcome)
}

function exitCodeOf(outcome: WorkerOutcome): number {
  if (outcome.kind === 'run-over') {
    console.error(`This worker has ended because ${outcome.why}.`)
    return exitCodes.done
  }
  return { done: exitCodes.done, failed: exitCodes.failed, stopped: exitCodes.terminated }[outcome.kind]
}

try {
  process.exit(await run())
} catch (error) {
  const isKnown = MillraceError.is(error)
  // A sentence that says what to do is told to whoever waits for the run; where it was thrown helps nobody.
  console.error(isKnown ? error.message : error)
  process.exit(isKnown && error.retryable ? exitCodes.temporary : exitCodes.misconfigured)
}
