import { processWide } from '../../process-wide.ts'
import { WorkerProcess } from './worker-process.ts'

const slot = processWide<{ early: { readonly moduleUrl: string; readonly worker: WorkerProcess } | undefined }>('early-worker', () => ({
  early: undefined,
}))

/**
 * Starts a flow's first worker before anything else is known of the run, so that it loads the flow while this process reads its command line.
 * It does not keep this process alive; if no run takes it, it ends with this process.
 */
export function startWorkerEarly(moduleUrl: string): void {
  const worker = new WorkerProcess({ moduleUrl })
  worker.unref()
  slot.early = { moduleUrl, worker }
}

/** Hands the early worker over to the run that it was started for, once. */
export function adoptEarlyWorker(moduleUrl: string): WorkerProcess | undefined {
  const { early } = slot
  slot.early = undefined
  if (!early) return undefined
  early.worker.ref()
  if (early.worker.isIdle && early.moduleUrl === moduleUrl) return early.worker
  void early.worker.stop()
  return undefined
}
