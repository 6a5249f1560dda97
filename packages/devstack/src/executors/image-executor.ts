import { cannotStart } from './cannot-start.ts'
import type { Container, ContainerTask, JobExecutor } from './job-executor.ts'

/** The name of an official image with or without its registry, and its tag. */
const official = (names: string): RegExp =>
  new RegExp(`^(?:(?:docker\\.io|public\\.ecr\\.aws/docker)/)?(?:library/)?(?:${names})(?:[:@].+)?$`)

/** `node:24-slim`, `docker.io/library/node`, `public.ecr.aws/docker/library/node:24`: from wherever it comes. */
const nodeImage = official('node')
/** What has no Node in it. */
const otherImage = official('alpine|amazonlinux|busybox|debian|fedora|python|ubuntu')

/** Runs what needs only Node as processes. Well-known images without Node do not find it; all others cannot be pulled. */
export class ImageExecutor implements JobExecutor {
  readonly #processes: JobExecutor

  constructor(processes: JobExecutor) {
    this.#processes = processes
  }

  launch(task: ContainerTask): Container {
    if (nodeImage.test(task.image)) return this.#processes.launch(task)
    setImmediate(() => task.onEnd({ notStarted: refusal(task) }))
    return { signal: () => {} }
  }

  async close(): Promise<void> {
    await this.#processes.close()
  }
}

/** In the words of ECS, with the devstack's own reason behind them. */
function refusal({ image, command: [program = 'sh'] }: ContainerTask): string {
  if (!otherImage.test(image))
    return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: not found (the devstack has node images only, and runs them as processes of this machine)`
  return program === 'node'
    ? cannotStart(program, { code: 'ENOENT', message: '' })
    : `CannotStartContainerError: Error response from daemon: the devstack runs programs of node images only, and ${program} is one of ${image}`
}
