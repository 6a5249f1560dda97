import { dirname, sep } from 'node:path'
import type { ErrorRecord } from '@millrace/core-graph'
import { formatExcerpt, formatPosition } from '../source/source-excerpt.ts'
import { mapPosition } from '../source/source-map.ts'
import { framesOf, type Position } from '../source/stack-frames.ts'

/** The innermost place of an error's stack that is in the user's own code, in the original file. */
function userPosition(error: ErrorRecord, sourceFile: string): Position | undefined {
  const folder = dirname(sourceFile) + sep
  const frames = framesOf(error.stack)
    .map((frame) => mapPosition(frame) ?? frame)
    .filter(({ file }) => !file.includes(`${sep}node_modules${sep}`))
  return frames.find(({ file }) => file === sourceFile || file.startsWith(folder))
}

/** Whether an error's message has all that its cause would add; of a cause with parts, all that these would. */
function tells(error: ErrorRecord, { cause, errors = [], ...own }: ErrorRecord, sourceFile: string): boolean {
  if (cause || userPosition(own, sourceFile)) return false
  if (errors.length > 0) return errors.every((part) => tells(error, part, sourceFile))
  return own.message !== '' && error.message.includes(own.message)
}

/** An error with its source line, its causes and its parts, indented. */
export function formatError(error: ErrorRecord, sourceFile: string, indent = '    '): string {
  const position = userPosition(error, sourceFile)
  const excerpt = position ? formatExcerpt(position) : ''
  const named = error.message.startsWith(`${error.name}:`) || error.name === 'MillraceError' || error.name === ''
  const lines = [named ? error.message : `${error.name}: ${error.message}`]
  if (position) lines.push(`at ${formatPosition(position)}`)
  if (excerpt) lines.push(...excerpt.split('\n'))
  const text = lines.flatMap((line) => line.split('\n')).map((line) => indent + line)
  if (error.cause && !tells(error, error.cause, sourceFile))
    text.push(`${indent}because of:`, formatError(error.cause, sourceFile, `${indent}    `))
  for (const part of (error.errors ?? []).slice(0, 10)) text.push(formatError(part, sourceFile, `${indent}    `))
  return text.join('\n')
}
