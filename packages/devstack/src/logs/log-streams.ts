import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LogStreamFile } from './log-stream-file.ts'

/** Names a stream in its group. */
export interface StreamName {
  readonly group: string
  readonly stream: string
}

/**
 * All streams, over a folder: `<sha256 of the group>/name` holds the name of a group, `<sha256 of the group>/<aa>/<sha256 of the stream>` a
 * stream. A stream is there from the moment its file is.
 */
export class LogStreams {
  readonly #folder: string
  readonly #groups = new Set<string>()

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder)) this.#groups.add(readFileSync(join(folder, name, 'name'), 'utf8'))
  }

  hasGroup(group: string): boolean {
    return this.#groups.has(group)
  }

  /** Makes a stream, and its group, where they are missing. Whoever appends to it closes it. */
  create(name: StreamName): LogStreamFile {
    if (!this.#groups.has(name.group)) {
      const folder = join(this.#folder, hash('sha256', name.group))
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(join(folder, 'name'), name.group, { mode: 0o600 })
      this.#groups.add(name.group)
    }
    const path = this.#pathOf(name)
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(path, '', { flag: 'a', mode: 0o600 })
    return new LogStreamFile(path)
  }

  /** A stream to read; `undefined` where there is none. */
  find(name: StreamName): LogStreamFile | undefined {
    const path = this.#pathOf(name)
    return existsSync(path) ? new LogStreamFile(path) : undefined
  }

  #pathOf({ group, stream }: StreamName): string {
    const name = hash('sha256', stream)
    return join(this.#folder, hash('sha256', group), name.slice(0, 2), name)
  }
}
