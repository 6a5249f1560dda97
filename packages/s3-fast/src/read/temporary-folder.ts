import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of mode 0700 for bodies, made when the first file is asked for. It goes with `remove`, at the latest when the process exits by itself. */
export class TemporaryFolder {
  readonly #parent: string
  #folder: string | undefined
  #files = 0
  #isRemoved = false

  constructor(parent: string = tmpdir()) {
    this.#parent = parent
  }

  /**
   * A path that no file has yet. It ends like the key: programs that go by the name's end find what they know.
   *
   * @throws TypeError after `remove`; the system's error.
   */
  newPath(key: string): string {
    if (this.#isRemoved)
      throw new TypeError('This S3 client is closed, and its files are gone: read the object with a client that is open.')
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(this.#parent, 'millrace-s3-'))
      leftOnExit.add(this.#folder)
      removeOnExit()
    }
    this.#files += 1
    return join(this.#folder, `${this.#files}-${safeName(key)}`)
  }

  remove(): void {
    this.#isRemoved = true
    if (this.#folder === undefined) return
    rmSync(this.#folder, { recursive: true, force: true })
    leftOnExit.delete(this.#folder)
    this.#folder = undefined
  }
}

/** The last segment's end, of letters that every file system takes. */
function safeName(key: string): string {
  return key
    .slice(key.lastIndexOf('/') + 1)
    .slice(-80)
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
}

const leftOnExit = new Set<string>()
let isListening = false

/** A client that nobody closed must not leave its files behind. */
function removeOnExit(): void {
  if (isListening) return
  isListening = true
  process.on('exit', () => {
    for (const folder of leftOnExit) rmSync(folder, { recursive: true, force: true })
  })
}
