import { compileFunction, constants } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import { packViews, unpackViews } from './large-views.ts'
import type { Batch, BatchResult, ThreadData } from './thread-protocol.ts'

const { source, context: packedContext, filename } = workerData as ThreadData
const context = unpackViews(packedContext)

const compiled = compileFunction(`'use strict'; return (${source})`, ['__name'], {
  filename,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
})((named: unknown) => named) as (item: unknown, context: unknown) => unknown

const send = (message: BatchResult): void => parentPort?.postMessage(message)

/** Errors cross threads with name, message, stack and cause; own fields of theirs that cannot be cloned do not. */
function sendFailure(index: number, error: unknown): void {
  try {
    send({ kind: 'failed', index, error })
  } catch {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    send({ kind: 'failed', index, error: new Error(text) })
  }
}

parentPort?.on('message', async (batch: Batch | 'end') => {
  if (batch === 'end') {
    parentPort?.close()
    return
  }
  const results: unknown[] = []
  for (const [offset, item] of (unpackViews(batch.items) as readonly unknown[]).entries()) {
    try {
      const result = compiled(item, context)
      results.push(result instanceof Promise ? await result : result)
    } catch (error) {
      sendFailure(batch.start + offset, error)
      return
    }
  }
  try {
    send({ kind: 'results', start: batch.start, results: packViews(results) })
  } catch (error) {
    sendFailure(batch.start, error)
  }
})
