import type { Container, ContainerTask, JobExecutor } from './job-executor.ts'

/** An executor whose images sometimes cannot be pulled. */
export class PullFaults implements JobExecutor {
  readonly #executor: JobExecutor
  readonly #failsPull: () => boolean

  /** `failsPull` decides for each container. */
  constructor(executor: JobExecutor, failsPull: () => boolean) {
    this.#executor = executor
    this.#failsPull = failsPull
  }

  launch(task: ContainerTask): Container {
    if (!this.#failsPull()) return this.#executor.launch(task)
    // In the words of ECS.
    const why = `Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout (${task.image})`
    setImmediate(() => task.onEnd({ notStarted: `CannotPullContainerError: Error response from daemon: ${why}` }))
    return { signal: () => {} }
  }

  close(): Promise<void> {
    return this.#executor.close()
  }
}
