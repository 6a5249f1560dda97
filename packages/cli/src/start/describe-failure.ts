import type { RunResult } from '@millrace/runtime/run'
import type { CommandContext } from '../commands/command.ts'
import { formatError } from '../render/failure.ts'

/** The last lines of a run that failed: which task, why, where in the source, and how to go on. */
export function describeFailure({ module, invocation, output }: CommandContext, { record, failure }: RunResult): string {
  const { paintError: paint } = output
  const goOn = `Go on from there: ${invocation} resume --origin-run-id ${record.run}`
  if (!failure) {
    const text = record.error ? `\n${formatError(record.error, module.sourceFile)}` : ''
    return `${paint('red', `Run ${record.flow}/${record.run} failed.`)}${text}\n${goOn}`
  }
  const place = `${record.run}/${failure.step}/${failure.task}`
  const attempt = failure.attempt > 0 ? ` in attempt ${failure.attempt + 1}` : ''
  return [
    paint('red', `Step ${failure.step} failed${attempt}, in the task ${place}:`),
    formatError(failure.error, module.sourceFile),
    ...(failure.began ? [`What the task wrote: ${invocation} logs ${place}`] : []),
    goOn,
  ].join('\n')
}
