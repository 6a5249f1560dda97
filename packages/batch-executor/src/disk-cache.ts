import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the cache is unless told otherwise: `$XDG_CACHE_HOME/millrace/batch`, default `~/.cache`. */
export function usersCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), '.cache'), 'millrace', 'batch')
}

/**
 * JSON values by key in a folder, one file each, replaced as a whole. It saves calls and nothing depends on it:
 * what cannot be read or written is as if it were not there.
 */
export class DiskCache {
  readonly #folder: string | undefined

  /** Without a folder nothing is kept. */
  constructor(folder: string | undefined) {
    this.#folder = folder
  }

  /** The value of this key, or `undefined`. */
  async read(key: string): Promise<unknown> {
    const path = this.#path(key)
    if (path === undefined) return undefined
    try {
      const entry: unknown = JSON.parse(await readFile(path, 'utf8'))
      // The key is in the file too: it is what someone looks for who opens one.
      return isEntry(entry) && entry.key === key ? entry.value : undefined
    } catch {
      return undefined
    }
  }

  /** Keeps a value. */
  async write(key: string, value: unknown): Promise<void> {
    const path = this.#path(key)
    if (path === undefined || this.#folder === undefined) return
    const temporary = `${path}.${randomUUID()}`
    try {
      await mkdir(this.#folder, { recursive: true })
      await writeFile(temporary, JSON.stringify({ key, value }))
      await rename(temporary, path)
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  /** Forgets a value. */
  async delete(key: string): Promise<void> {
    const path = this.#path(key)
    if (path !== undefined) await rm(path, { force: true }).catch(() => undefined)
  }

  #path(key: string): string | undefined {
    return this.#folder === undefined
      ? undefined
      : join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`)
  }
}

function isEntry(value: unknown): value is { key: string; value: unknown } {
  return typeof value === 'object' && value !== null && 'key' in value && 'value' in value
}
