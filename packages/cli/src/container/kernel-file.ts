import { closeSync, openSync, readSync } from 'node:fs'

const mostBytes = 4_096

/** A short text that the kernel makes anew whenever it is read, as in /proc. It is opened once: a look costs one call of the system, and a file of a process stays that of this process. */
export class KernelFile {
  #descriptor: number | undefined
  readonly #buffer = Buffer.allocUnsafe(mostBytes)

  /** Where the file cannot be opened its text is empty. */
  constructor(path: string) {
    try {
      this.#descriptor = openSync(path, 'r')
    } catch {
      this.#descriptor = undefined
    }
  }

  /** Its text now; empty where it cannot be read, as when the process that it is about has ended, and once it is closed. */
  read(): string {
    if (this.#descriptor === undefined) return ''
    try {
      return this.#buffer.toString('latin1', 0, readSync(this.#descriptor, this.#buffer, 0, mostBytes, 0))
    } catch {
      return ''
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}
