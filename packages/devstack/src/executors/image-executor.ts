import type { Container, ContainerTask, JobExecutor } from './job-executor.ts'

/** `node:24-slim`, `docker.io/library/node`, `public.ecr.aws/docker/library/node:24`: the official image, from wherever it comes. */
const nodeImage = /^(?:(?:docker\.io|public\.ecr\.aws\/docker)\/)?(?:library\/)?node(?:[:@].+)?$/

/** Runs what needs only Node as processes; there is nothing that could run other images. */
export class ImageExecutor implements JobExecutor {
  readonly #processes: JobExecutor

  constructor(processes: JobExecutor) {
    this.#processes = processes
  }

  launch(task: ContainerTask): Container {
    if (nodeImage.test(task.image)) return this.#processes.launch(task)
    setImmediate(() => task.onEnd({ notStarted: cannotPull(task.image) }))
    return { signal: () => {} }
  }

  async close(): Promise<void> {
    await this.#processes.close()
  }
}

/** In the words of ECS. */
function cannotPull(image: string): string {
  return `CannotPullContainerError: Error response from daemon: the devstack runs node images as processes, and found neither docker nor podman for ${image}`
}
