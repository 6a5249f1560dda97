import type { RetryRule, RetryStrategy } from '../../definitions/definition.ts'
import type { Attempt } from './job.ts'

/**
 * Whether a job whose last attempt failed is tried again. The first rule of which all patterns fit decides; without one that fits it is.
 *
 * Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_EvaluateOnExit.html
 */
export function isTriedAgain({ attempts = 1, evaluateOnExit = [] }: RetryStrategy, made: readonly Attempt[]): boolean {
  const last = made.at(-1)
  if (!last || made.length >= attempts) return false
  const rule = evaluateOnExit.find((each) => fits(each, last))
  return rule === undefined || rule.action.toUpperCase() === 'RETRY'
}

function fits({ onStatusReason, onReason, onExitCode }: RetryRule, { statusReason, reason, exitCode }: Attempt): boolean {
  return (
    matches(onStatusReason, statusReason) &&
    matches(onReason, reason) &&
    matches(onExitCode, exitCode === undefined ? undefined : String(exitCode))
  )
}

/** A pattern ends in `*` or is the whole text, in any case of letters. `*` alone is true of what is not there, too. */
function matches(pattern: string | undefined, text = ''): boolean {
  if (pattern === undefined) return true
  const [wanted, found] = [pattern.toLowerCase(), text.toLowerCase()]
  return wanted.endsWith('*') ? found.startsWith(wanted.slice(0, -1)) : found === wanted
}
