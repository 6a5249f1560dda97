import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../flow-file/write-atomically.ts'
import type { CodeArchive } from './code-package.ts'

interface CacheEntry {
  readonly inputs: readonly (readonly [path: string, sha256: string | null])[]
  readonly sha256: string
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** An archive, and every file that it was made of. */
export interface FreshArchive {
  readonly archive: CodeArchive
  readonly inputs: readonly string[]
}

/** One archive in a folder, found again by the content of everything that went in. A folder that cannot be written to only costs time. */
export class ArchiveCache {
  readonly #path: string

  /** `salt` is what else the archive depends on. */
  constructor(folder: string, name: string, salt: string) {
    this.#path = join(folder, `package-${name.replace(/[^\w-]+/g, '-')}-${sha256(salt).slice(0, 12)}`)
  }

  /** The archive, if all that went in is as it was. */
  find(): CodeArchive | undefined {
    try {
      const entry: CacheEntry = JSON.parse(readFileSync(`${this.#path}.json`, 'utf8'))
      if (!entry.inputs.every(([input, hash]) => hashOf(input) === hash)) return undefined
      const body = readFileSync(`${this.#path}.tgz`)
      return sha256(body) === entry.sha256 ? { body, sha256: entry.sha256 } : undefined
    } catch {
      // Not there, or torn: making it again mends both.
      return undefined
    }
  }

  store({ archive, inputs }: FreshArchive): void {
    const entry: CacheEntry = { inputs: inputs.map((input) => [input, hashOf(input)]), sha256: archive.sha256 }
    try {
      writeAtomically(`${this.#path}.tgz`, archive.body)
      writeAtomically(`${this.#path}.json`, JSON.stringify(entry))
    } catch {
      // It is made again next time.
    }
  }
}

/** The content hash, or `null` for a file that is not there: its coming into being changes the archive too. */
function hashOf(path: string): string | null {
  try {
    return sha256(readFileSync(path))
  } catch {
    return null
  }
}
