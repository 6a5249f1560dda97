import { existsSync, readFileSync } from 'node:fs'
import type { Executor, TaskEvent, TaskSpec } from '@millrace/core-graph'

const lookMs = 100
/** Above this share of its memory a container may be killed whole, by which the last lines of the task would be lost. */
const share = 0.95

/** How much memory there is. */
export interface MemoryGuardOptions {
  /** Of the container; absent where it is not known. */
  readonly memoryMiB: number | undefined
}

/**
 * An executor that knows when a task has died for want of memory: because the kernel killed its process, which the container's own counter tells, or because this guard did,
 * shortly before the whole container would have been killed. All else is as the executor within it says.
 */
export class MemoryGuard implements Executor {
  readonly name: string
  readonly #executor: Executor
  readonly #memoryMiB: number | undefined
  /** The process of the task that runs. */
  #pid: number | undefined
  #killed = false

  constructor(executor: Executor, { memoryMiB }: MemoryGuardOptions) {
    this.#executor = executor
    this.#memoryMiB = memoryMiB
    this.name = executor.name
  }

  async *launch(specs: readonly TaskSpec[], signal: AbortSignal): AsyncIterable<TaskEvent> {
    const timer = this.#memoryMiB === undefined ? undefined : setInterval(() => this.#look(), lookMs)
    let kills = memoryKills()
    try {
      for await (const event of this.#executor.launch(specs, signal)) {
        if (event.kind === 'started') {
          this.#pid = event.pid
          this.#killed = false
          kills = memoryKills()
        }
        if (event.kind === 'finished' || event.kind === 'lost') this.#pid = undefined
        yield event.kind === 'lost' && event.reason === 'killed' && (this.#killed || memoryKills() > kills) ? this.#explain(event) : event
      }
    } finally {
      clearInterval(timer)
    }
  }

  close(reason: string): Promise<void> {
    return this.#executor.close(reason)
  }

  #look(): void {
    if (this.#pid === undefined || this.#memoryMiB === undefined || this.#killed) return
    const limitBytes = this.#memoryMiB * 2 ** 20 * share
    if (residentBytes(this.#pid) + process.memoryUsage.rss() < limitBytes) return
    this.#killed = true
    try {
      process.kill(-this.#pid, 'SIGKILL')
    } catch {
      // It has just ended.
    }
  }

  #explain(event: Extract<TaskEvent, { kind: 'lost' }>): TaskEvent {
    const memory = this.#memoryMiB === undefined ? 'the memory of its container' : `the ${this.#memoryMiB} MB of its container`
    return {
      ...event,
      reason: 'out-of-memory',
      error: {
        name: 'MillraceError',
        code: 'out-of-memory',
        message: `Lost the step ${event.task.step}: it took more than ${memory}. Give it more, for example batch: { memory: ${2 * (this.#memoryMiB ?? 4_096)} }, or let it have more when it needs it: retry: { times: 2, memoryFactor: 2 }.`,
      },
    }
  }
}

/** Where this container's control group counts what the kernel has killed for want of memory. Source: https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.events). */
const killCounter = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'].find((path) => existsSync(path))

/** How often the kernel has killed a process of this container for want of memory; 0 where it does not say. */
function memoryKills(): number {
  if (killCounter === undefined) return 0
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(killCounter, 'latin1'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** The memory that a process has in RAM; 0 where it has ended. In kB, where `statm` counts in pages, whose size is another on some machines. */
function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1_024
  } catch {
    return 0
  }
}
