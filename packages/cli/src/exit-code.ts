import { type ErrorCode, MillraceError } from '@millrace/core-graph'
import { UsageError } from './usage-error.ts'

/** What a command's process ends with. 2 is for all that stops before a run exists: usage, flow files, graphs, parameters. */
export const exitCode = { done: 0, flowFailed: 1, wrongUsage: 2, interrupted: 130, terminated: 143 } as const

const callersMistakes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid-flow-file',
  'invalid-graph',
  'invalid-parameter',
  'invalid-pathspec',
  'invalid-setting',
  'invalid-tag',
  'not-found',
  'wrong-namespace',
])

/** The exit code that an error leads to. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCode.wrongUsage
  return MillraceError.is(error) && callersMistakes.has(error.code) ? exitCode.wrongUsage : exitCode.flowFailed
}
