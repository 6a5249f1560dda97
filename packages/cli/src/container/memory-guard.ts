import { existsSync } from 'node:fs'
import type { Executor, TaskEvent, TaskSpec } from '@millrace/core-graph'
import { KernelFile } from './kernel-file.ts'

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
  readonly #killCounter = killCounter === undefined ? undefined : new KernelFile(killCounter)
  readonly #own = new KernelFile('/proc/self/status')
  /** The process that runs tasks, as long as it is the same. */
  #process: { readonly pid: number; readonly memory: KernelFile } | undefined
  #runs = false
  #killed = false

  constructor(executor: Executor, { memoryMiB }: MemoryGuardOptions) {
    this.#executor = executor
    this.#memoryMiB = memoryMiB
    this.name = executor.name
  }

  async *launch(specs: readonly TaskSpec[], signal: AbortSignal): AsyncIterable<TaskEvent> {
    const timer = this.#memoryMiB === undefined ? undefined : setInterval(() => this.#look(), lookMs)
    let kills = this.#kernelKills()
    try {
      for await (const event of this.#executor.launch(specs, signal)) {
        if (event.kind === 'started') {
          this.#watch(event.pid)
          this.#killed = false
          kills = this.#kernelKills()
        }
        if (event.kind === 'finished' || event.kind === 'lost') this.#runs = false
        yield event.kind === 'lost' && event.reason === 'killed' && (this.#killed || this.#kernelKills() > kills)
          ? this.#explain(event)
          : event
      }
    } finally {
      clearInterval(timer)
    }
  }

  async close(reason: string): Promise<void> {
    await this.#executor.close(reason)
    for (const file of [this.#killCounter, this.#own, this.#process?.memory]) file?.close()
  }

  #watch(pid: number | undefined): void {
    this.#runs = pid !== undefined
    // The system may give a number again.
    if (pid === undefined || (pid === this.#process?.pid && this.#process.memory.read() !== '')) return
    this.#process?.memory.close()
    this.#process = { pid, memory: new KernelFile(`/proc/${pid}/status`) }
  }

  /** How often the kernel has killed a process of this container for want of memory; 0 where it does not say. */
  #kernelKills(): number {
    return Number(/^oom_kill (\d+)$/m.exec(this.#killCounter?.read() ?? '')?.[1] ?? 0)
  }

  #look(): void {
    if (!this.#runs || !this.#process || this.#memoryMiB === undefined || this.#killed) return
    const { pid, memory } = this.#process
    const limitBytes = this.#memoryMiB * 2 ** 20 * share
    if (residentBytes(memory) + residentBytes(this.#own) < limitBytes) return
    this.#killed = true
    try {
      process.kill(-pid, 'SIGKILL')
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

/** The memory that a process has in RAM; 0 where it has ended. In kB, where `statm` counts in pages, whose size is another on some machines. */
const residentBytes = (status: KernelFile): number => Number(/^VmRSS:\s*(\d+) kB$/m.exec(status.read())?.[1] ?? 0) * 1_024
