import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { FlowModule } from '@millrace/runtime'
import { mapPosition } from './source-map.ts'
import type { Position } from './stack-frames.ts'

/**
 * The text that a flow's steps came from, to tell where in the user's file something is.
 *
 * `Function.prototype.toString()` gives a step's own text, which the code that Node ran holds verbatim: the bundle, or the file with its types blanked out in place.
 */
export class FlowSource {
  readonly #file: string
  readonly #code: string

  constructor({ moduleUrl, sourceFile }: FlowModule) {
    this.#file = moduleUrl.startsWith('file:') ? fileURLToPath(moduleUrl) : sourceFile
    this.#code = codeOf(this.#file)
  }

  /** Where the character at `offset` of `source` is; `near` is the field that `source` belongs to, which tells two equal texts apart. */
  locate(source: string, offset: number, near?: string): Position | undefined {
    const from = near === undefined ? -1 : this.#code.search(fieldPattern(near))
    const after = from < 0 ? -1 : this.#code.indexOf(source, from)
    const start = after < 0 ? this.#code.indexOf(source) : after
    return start < 0 ? undefined : this.#position(start + offset)
  }

  /** Where a field of the class is set. */
  locateField(name: string): Position | undefined {
    const start = this.#code.search(fieldPattern(name))
    return start < 0 ? undefined : this.#position(start)
  }

  #position(index: number): Position {
    const before = this.#code.slice(0, index)
    const line = before.split('\n').length
    const position = { file: this.#file, line, column: index - before.lastIndexOf('\n') }
    return mapPosition(position) ?? position
  }
}

const fieldPattern = (name: string): RegExp => new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}\\s*=\\s*[\\w$.(]`)

function codeOf(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    return /\.[cm]?ts$/.test(file) ? withoutWarnings(() => stripTypeScriptTypes(text)) : text
  } catch {
    // A file that has gone, or that Node cannot strip: problems are told without their line.
    return ''
  }
}

/** Node warns that stripTypeScriptTypes is experimental, which is of no use to a user. */
function withoutWarnings<Result>(work: () => Result): Result {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}
