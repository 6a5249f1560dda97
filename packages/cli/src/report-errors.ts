import { MillraceError } from '@millrace/core-graph'
import { exitCodeOf } from './exit-code.ts'
import { createPaint } from './terminal/colors.ts'
import { UsageError } from './usage-error.ts'

/** Does `work` and sets `process.exitCode` to what it gives. An error becomes a message on stderr: every problem, and a stack only where the fault is ours. */
export async function reportErrors(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work()
  } catch (error) {
    const paint = createPaint(process.stderr)
    for (const text of messagesOf(error)) process.stderr.write(`${paint('red', 'error:')} ${text}\n`)
    process.exitCode = exitCodeOf(error)
  }
}

function messagesOf(error: unknown): readonly string[] {
  if (error instanceof UsageError) return error.problems
  if (error instanceof AggregateError && error.errors.every((part) => MillraceError.is(part)))
    return error.errors.flatMap((part) => messagesOf(part))
  // Each line is a problem of its own.
  if (MillraceError.is(error, 'invalid-setting')) return error.message.split('\n')
  if (MillraceError.is(error)) return [error.message]
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
}
