import { clientError } from '../batch-error.ts'
import type { Fields } from '../fields.ts'
import type { RetryRule, RetryStrategy } from './definition.ts'

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_RetryStrategy.html @throws BatchError ClientException. */
export function readRetryStrategy(input: Fields): RetryStrategy | undefined {
  const given = input.object('retryStrategy')
  if (!given) return undefined
  const attempts = given.wholeNumber('attempts', { least: 1, most: 10 })
  const rules = given.objects('evaluateOnExit')
  if (rules && rules.length > 5) throw clientError('evaluateOnExit must have at most 5 conditions')
  if (rules && attempts === undefined) throw clientError('Attempts must be specified when evaluateOnExit is specified')
  return { ...(attempts === undefined ? {} : { attempts }), ...(rules ? { evaluateOnExit: rules.map(readRule) } : {}) }
}

/** In seconds. Source: https://docs.aws.amazon.com/batch/latest/userguide/job_timeouts.html @throws BatchError ClientException. */
export function readTimeout(input: Fields): number | undefined {
  const seconds = input.object('timeout')?.wholeNumber('attemptDurationSeconds', { least: -2_147_483_648, most: 2_147_483_647 })
  if (seconds !== undefined && seconds < 60) throw clientError('Attempt duration must be at least 60 seconds')
  return seconds
}

/** Source: https://docs.aws.amazon.com/batch/latest/userguide/using-tags.html @throws BatchError ClientException. */
export function readTags(input: Fields): Readonly<Record<string, string>> {
  const tags = input.textMap('tags') ?? {}
  const entries = Object.entries(tags)
  if (entries.length > 50) throw clientError('The number of tags must be at most 50')
  for (const [key, value] of entries) {
    if (key === '' || key.length > 128) throw clientError('The length of a tag key must be from 1 to 128')
    if (key.toLowerCase().startsWith('aws:')) throw clientError('A tag key must not begin with aws:')
    if (value.length > 256) throw clientError('The length of a tag value must be at most 256')
  }
  return tags
}

function readRule(given: Fields): RetryRule {
  const action = given.needText('action')
  if (!/^(retry|exit)$/i.test(action)) throw clientError('The action of evaluateOnExit must be RETRY or EXIT')
  const patterns: Partial<Record<'onStatusReason' | 'onReason' | 'onExitCode', string>> = {}
  for (const name of ['onStatusReason', 'onReason', 'onExitCode'] as const) {
    const pattern = given.text(name)
    if (pattern === undefined) continue
    const form = name === 'onExitCode' ? /^\d*\*?$/ : /^[\w.:\s-]*\*?$/
    if (pattern.length > 512 || !form.test(pattern)) throw clientError(`${name} should match valid pattern`)
    patterns[name] = pattern
  }
  if (Object.keys(patterns).length === 0) throw clientError('evaluateOnExit needs at least one of onStatusReason, onReason and onExitCode')
  return { ...patterns, action }
}
