import { readFileSync } from 'node:fs'

const lookMs = 50

/**
 * Whether the kernel has killed a process of a container for want of memory, by the counter of its control group: engines tell it only of a container's first process,
 * and podman not even that. It looks twenty times a second, as the group goes with the container. Where the group cannot be seen, as behind a virtual machine, it knows nothing.
 *
 * Source: https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.events), https://docs.kernel.org/admin-guide/cgroup-v1/memory.html (memory.oom_control)
 */
export class MemoryEvents {
  readonly #path: string | undefined
  #timer: NodeJS.Timeout | undefined
  #kills = 0

  private constructor(path: string | undefined) {
    this.#path = path
    this.#look()
    if (path !== undefined) this.#timer = setInterval(() => this.#look(), lookMs).unref()
  }

  /** Of the container whose first process, as this machine has it, is `pid`; 0 for none. */
  static of(pid: number): MemoryEvents {
    return new MemoryEvents(pid > 0 ? counterOf(pid) : undefined)
  }

  get happened(): boolean {
    this.#look()
    return this.#kills > 0
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const text = this.#path === undefined ? '' : read(this.#path)
    this.#kills = Math.max(this.#kills, Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0))
  }
}

function counterOf(pid: number): string | undefined {
  const groups = read(`/proc/${pid}/cgroup`)
  const [, ofMemory] = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups) ?? []
  if (ofMemory !== undefined) return `/sys/fs/cgroup/memory${ofMemory}/memory.oom_control`
  const [, unified] = /^0::(.*)$/m.exec(groups) ?? []
  return unified === undefined ? undefined : `/sys/fs/cgroup${unified}/memory.events`
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
