import { ownMemoryBytes, processTree, residentBytes } from './process-table.ts'
import { killProcess } from './task-folder.ts'

/** A process with its limit. */
interface Watched {
  readonly limitBytes: number
  readonly onKill: () => void
}

const intervalMs = 100

/**
 * Sees to it that processes and what comes of them keep their limit: the largest process of a tree that is over it is killed, as the
 * kernel does with a cgroup. It looks ten times a second, so a tree may be over its limit for that long. Without `/proc` it sees nothing.
 */
export class MemoryWatch {
  readonly #watched = new Map<number, Watched>()
  #timer: NodeJS.Timeout | undefined

  add(pid: number, watched: Watched): void {
    this.#watched.set(pid, watched)
    this.#timer ??= setInterval(() => this.#look(), intervalMs).unref()
  }

  remove(pid: number): void {
    this.#watched.delete(pid)
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    for (const [pid, { limitBytes, onKill }] of this.#watched) {
      const tree = processTree(pid)
      // What is resident is never less than what counts, and costs the kernel far less to tell.
      if (tree.reduce((sum, each) => sum + residentBytes(each), 0) <= limitBytes) continue
      const sizes = tree.map((each) => ({ pid: each, sizeBytes: ownMemoryBytes(each) }))
      const total = sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      if (total <= limitBytes) continue
      const largest = sizes.reduce((a, b) => (b.sizeBytes > a.sizeBytes ? b : a))
      onKill()
      killProcess(largest.pid, 'SIGKILL')
    }
  }
}
