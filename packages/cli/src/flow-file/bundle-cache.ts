import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { contentHash } from '../cache/content-hash.ts'
import { areUnchanged, hashInputs, type InputHashes } from '../cache/input-hashes.ts'
import { writeAtomically } from '../write-atomically.ts'

/** A bundle as esbuild made it. */
export interface FreshBundle {
  readonly code: string
  /** The source map, as JSON. */
  readonly map: string
  /** Every local file that went in, and every file that steered how: absolute paths. */
  readonly inputs: readonly string[]
}

interface CacheEntry {
  readonly inputs: InputHashes
  readonly bundle: string
}

const unusedMs = 7 * 24 * 3_600_000

/**
 * Bundles of flow files, found again by the content of everything that went in. Two processes may use one folder at the same time.
 *
 * A hit reads the inputs and writes nothing; bundles of the same file that nothing has used for a week are removed when a new one is stored.
 */
export class BundleCache {
  readonly folder: string
  readonly #prefix: string

  /** `salt` is what else the bundle depends on, such as the versions of what makes it. */
  constructor(folder: string, flowFile: string, salt: string) {
    this.folder = folder
    this.#prefix = `${basename(flowFile).replace(/[^\w-]+/g, '-')}-${contentHash(`${flowFile}\0${salt}`).slice(0, 12)}`
  }

  /** The path of a bundle whose inputs are as they were, or `undefined`. */
  find(): string | undefined {
    const entry = this.#readEntry()
    if (!entry) return undefined
    const path = join(this.folder, basename(entry.bundle))
    if (!existsSync(path) || !areUnchanged(entry.inputs)) return undefined
    try {
      // The removal of unused bundles goes by this time.
      if (Date.now() - statSync(path).mtimeMs > unusedMs / 7) utimesSync(path, new Date(), new Date())
    } catch {
      // A folder that cannot be written to can still be read.
    }
    return path
  }

  /** Stores a bundle and gives its path. @throws the system's error where the folder cannot be written to. */
  store({ code, map, inputs }: FreshBundle): string {
    mkdirSync(this.folder, { recursive: true })
    const name = `${this.#prefix}-${contentHash(code).slice(0, 16)}.mjs`
    this.#removeUnused()
    writeAtomically(join(this.folder, `${name}.map`), map)
    writeAtomically(join(this.folder, name), `${code}\n//# sourceMappingURL=${name}.map\n`)
    const entry: CacheEntry = { inputs: hashInputs(inputs.map((input) => resolve(input))), bundle: name }
    writeAtomically(this.#entryPath, JSON.stringify(entry))
    return join(this.folder, name)
  }

  get #entryPath(): string {
    return join(this.folder, `${this.#prefix}.json`)
  }

  #readEntry(): CacheEntry | undefined {
    try {
      const entry = JSON.parse(readFileSync(this.#entryPath, 'utf8'))
      return Array.isArray(entry.inputs) && typeof entry.bundle === 'string' ? entry : undefined
    } catch {
      // Not there, or torn: bundling again mends both.
      return undefined
    }
  }

  #removeUnused(): void {
    for (const name of readdirSync(this.folder)) {
      if (!name.startsWith(`${this.#prefix}-`)) continue
      const path = join(this.folder, name.replace(/\.map$/, ''))
      try {
        if (Date.now() - statSync(path).mtimeMs > unusedMs) rmSync(join(this.folder, name))
      } catch {
        // Another process was faster.
      }
    }
  }
}
