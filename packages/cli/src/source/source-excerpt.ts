import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Position } from './stack-frames.ts'

/** `flow.ts:12:5`, seen from the working directory. */
export function formatPosition({ file, line, column }: Position): string {
  return `${shortPath(file)}:${line}:${column}`
}

/** A path as a user types it: relative where that is shorter. */
export function shortPath(file: string): string {
  const seen = relative(process.cwd(), file)
  return seen !== '' && seen.length < file.length ? seen : file
}

/** The line of the source with a caret under the place, indented; `''` where the file cannot be read. */
export function formatExcerpt({ file, line, column }: Position): string {
  let text: string | undefined
  try {
    text = readFileSync(file, 'utf8').split(/\r?\n/)[line - 1]
  } catch {
    return ''
  }
  if (text === undefined || text.length > 400) return ''
  const number = String(line).padStart(5)
  const caret = text.slice(0, column - 1).replace(/[^\t]/g, ' ')
  return `${number} | ${text}\n${' '.repeat(number.length)} | ${caret}^`
}
