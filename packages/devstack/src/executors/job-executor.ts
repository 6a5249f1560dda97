/** A container that is to run, and who is told of it. */
export interface ContainerTask {
  /** In hexadecimal, of no other container. */
  readonly id: string
  readonly image: string
  /** Empty: what the image does by itself. */
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly vcpus: number
  /** The container is killed for more. */
  readonly memoryMiB: number
  /** Whether its first process is one that passes signals on and reaps. */
  readonly init: boolean
  /** Whether `vcpus` is a limit, and not only a share. */
  readonly isFargate: boolean
  /** Told once, when its first process runs. */
  readonly onStarted: () => void
  /** Told of each line, of both streams, without its line feed. */
  readonly onLine: (line: string) => void
  /** Told once, as the last thing: nothing of the container runs any more. */
  readonly onEnd: (end: ContainerEnd) => void
}

/** How a container ended: with an exit code (128 and the number of a signal), or before it ran, in the words of ECS. */
export type ContainerEnd = { readonly exitCode: number; readonly reason?: string } | { readonly notStarted: string }

/** A container that was launched. */
export interface Container {
  /** Sends a signal. One that has ended is no matter; one that has not started does not start. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void
}

/**
 * What runs containers. Nothing of what it started outlives it: at its end all of it is killed, and what one that was killed left behind is
 * ended by the next one over the same folder.
 */
export interface JobExecutor {
  /** Starts a container, later: none of its callbacks is called before this returns. */
  launch(task: ContainerTask): Container
  /** Kills everything and waits until it has ended. `onEnd` may be called or not. */
  close(): Promise<void>
}

/** What ECS says of a container that took more memory than it may have. */
export const outOfMemoryReason = 'OutOfMemoryError: Container killed due to memory usage'
