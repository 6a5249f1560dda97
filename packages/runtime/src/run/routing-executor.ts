import { Readable } from 'node:stream'
import type { Executor, TaskEvent, TaskSpec } from '@millrace/core-graph'

/** Where the steps of a run go. */
export interface Routes {
  readonly local: Executor
  readonly remote: Executor
  readonly isRemote: (step: string) => boolean
}

/** Runs each task on one of two executors, by its step. */
export class RoutingExecutor implements Executor {
  readonly name = 'local and remote'
  readonly #routes: Routes

  constructor(routes: Routes) {
    this.#routes = routes
  }

  launch(specs: readonly TaskSpec[], signal: AbortSignal): AsyncIterable<TaskEvent> {
    const { local, remote, isRemote } = this.#routes
    const { near = [], far = [] } = Object.groupBy(specs, ({ step }) => (isRemote(step) ? 'far' : 'near'))
    if (far.length === 0) return local.launch(near, signal)
    if (near.length === 0) return remote.launch(far, signal)
    return merge([local.launch(near, signal), remote.launch(far, signal)])
  }

  async close(reason: string): Promise<void> {
    await Promise.all([this.#routes.local.close(reason), this.#routes.remote.close(reason)])
  }
}

/** What each of them yields, as it comes. @throws what one of them throws, when all have ended. */
async function* merge(sources: readonly AsyncIterable<TaskEvent>[]): AsyncGenerator<TaskEvent, void, undefined> {
  const events = new Readable({ objectMode: true, read: () => {} })
  const passed = Promise.allSettled(
    sources.map(async (source) => {
      for await (const event of source) events.push(event)
    }),
  ).finally(() => events.push(null))
  yield* events
  for (const outcome of await passed) if (outcome.status === 'rejected') throw outcome.reason
}
