import type { Container, ContainerTask, JobExecutor } from './job-executor.ts'

/** `node:24-slim`, `docker.io/library/node`, `public.ecr.aws/docker/library/node:24`: the official image, from wherever it comes. */
const nodeImage = /^(?:(?:docker\.io|public\.ecr\.aws\/docker)\/)?(?:library\/)?node(?:[:@].+)?$/

/** Runs what needs only Node as processes. Other images cannot be pulled. */
export class ImageExecutor implements JobExecutor {
  readonly #processes: JobExecutor
  readonly #failsPull: () => boolean

  /** `failsPull` decides for each container whether its image cannot be pulled. */
  constructor(processes: JobExecutor, failsPull: () => boolean) {
    this.#processes = processes
    this.#failsPull = failsPull
  }

  launch(task: ContainerTask): Container {
    const isLost = this.#failsPull()
    if (nodeImage.test(task.image) && !isLost) return this.#processes.launch(task)
    setImmediate(() => task.onEnd({ notStarted: isLost ? pullFault(task.image) : cannotPull(task.image) }))
    return { signal: () => {} }
  }

  async close(): Promise<void> {
    await this.#processes.close()
  }
}

/** In the words of ECS. */
function cannotPull(image: string): string {
  return `CannotPullContainerError: Error response from daemon: the devstack runs node images only, as processes of this machine, and ${image} is none`
}

function pullFault(image: string): string {
  return `CannotPullContainerError: Error response from daemon: Get "https://registry-1.docker.io/v2/": net/http: TLS handshake timeout (${image})`
}
