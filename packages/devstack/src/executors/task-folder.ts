import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processesWith, readProcess } from './process-table.ts'

/**
 * Where each container that runs as a process has its folder, `<id>/`, and says who it is, `<id>.pid`: so that what a stack left behind when it was
 * killed can be ended by the next one.
 */
export class TaskFolder {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
    mkdirSync(path, { recursive: true, mode: 0o700 })
  }

  /** Makes an empty folder for a container. */
  make(id: string): string {
    const folder = join(this.#path, id)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }

  /** Says which process leads a container's group. */
  record(id: string, pid: number): void {
    writeFileSync(join(this.#path, `${id}.pid`), `${pid} ${readProcess(pid)?.startedTicks ?? '-'}`, { mode: 0o600 })
  }

  /** Removes all that there is of a container. */
  remove(id: string): void {
    rmSync(join(this.#path, `${id}.pid`), { force: true })
    rmSync(join(this.#path, id), { recursive: true, force: true, maxRetries: 3 })
  }

  /** Kills what is left of containers that nobody looks after any more. */
  reap(): void {
    const names = readdirSync(this.#path)
    const ids = [...new Set(names.map((name) => name.replace(/\.pid$/, '')))]
    for (const id of ids) if (names.includes(`${id}.pid`)) killGroup(this.#read(id))
    killStrays(ids)
    for (const id of ids) this.remove(id)
  }

  #read(id: string): number | undefined {
    const [pid, ticks] = readFileSync(join(this.#path, `${id}.pid`), 'utf8').split(' ')
    const now = readProcess(Number(pid))
    // The number may be that of another process by now.
    return ticks === '-' || now?.startedTicks === ticks ? Number(pid) : undefined
  }
}

/** Kills a group of processes. One that has gone is no matter. */
export function killGroup(pid: number | undefined): void {
  if (pid) killProcess(-pid, 'SIGKILL')
}

/** Sends a signal to a process, or to the group of a negative number. One that has gone is no matter. */
export function killProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Kills what has left the group of its container: its environment still says whose it is. */
export function killStrays(ids: readonly string[]): void {
  if (ids.length === 0) return
  for (const pid of processesWith(ids.map((id) => `/_dev/metadata/${id}`))) killProcess(pid, 'SIGKILL')
}
