import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentHash } from '../cache/content-hash.ts'
import { areUnchanged, hashInputs, type InputHashes } from '../cache/input-hashes.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { CodeArchive } from './code-package.ts'

interface CacheEntry {
  readonly inputs: InputHashes
  readonly sha256: string
}

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
    this.#path = join(folder, `package-${name.replace(/[^\w-]+/g, '-')}-${contentHash(salt).slice(0, 12)}`)
  }

  /** The archive, if all that went in is as it was. */
  find(): CodeArchive | undefined {
    try {
      const entry: CacheEntry = JSON.parse(readFileSync(`${this.#path}.json`, 'utf8'))
      if (!areUnchanged(entry.inputs)) return undefined
      const body = readFileSync(`${this.#path}.tgz`)
      return contentHash(body) === entry.sha256 ? { body, sha256: entry.sha256 } : undefined
    } catch {
      // Not there, or torn: making it again mends both.
      return undefined
    }
  }

  store({ archive, inputs }: FreshArchive): void {
    const entry: CacheEntry = { inputs: hashInputs(inputs), sha256: archive.sha256 }
    try {
      writeAtomically(`${this.#path}.tgz`, archive.body)
      writeAtomically(`${this.#path}.json`, JSON.stringify(entry))
    } catch {
      // It is made again next time.
    }
  }
}
