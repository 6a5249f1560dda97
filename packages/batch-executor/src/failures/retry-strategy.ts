import type { RetryStrategy } from '@aws-sdk/client-batch'
import type { Platform } from '../definitions/container-options.ts'

/** With this exit code a program says that something outside of it failed for now: Batch tries again. As `EX_TEMPFAIL` of sysexits.h. */
export const temporaryFailureExitCode = 75

/** Attempts that Batch makes in all when infrastructure fails, unless told otherwise. It allows 10. */
const infrastructureAttempts = 5

/**
 * What AWS Batch tries again by itself.
 *
 * Without `retry` only what is not the program's doing: a lost host, an image that could not be pulled, an agent that did not answer, exit code 75; five attempts in all.
 * With `retry: n` every failure but an out-of-memory death, which would die again; n + 1 attempts in all, as Batch counts its attempts together.
 * Batch itself never tries a job again that was terminated or took too long.
 *
 * Source: https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html (first match wins, no match is a retry, at most 5 rules).
 *
 * @throws RangeError where `retry` is not a whole number from 0 to 9.
 */
export function retryStrategy(retry: number | undefined, platform: Platform): RetryStrategy {
  if (retry !== undefined) {
    if (!Number.isInteger(retry) || retry < 0 || retry > 9)
      throw new RangeError(`retry must be a whole number from 0 to 9, as AWS Batch makes at most 10 attempts, and ${retry} is not.`)
    return {
      attempts: retry + 1,
      evaluateOnExit: [
        { onReason: 'OutOfMemoryError*', action: 'EXIT' },
        { onReason: '*', action: 'RETRY' },
      ],
    }
  }
  const lost =
    platform === 'EC2'
      ? [
          { onStatusReason: 'Host EC2*', action: 'RETRY' as const },
          { onReason: 'DockerTimeoutError*', action: 'RETRY' as const },
        ]
      : [
          { onStatusReason: 'Your Spot Task was interrupted*', action: 'RETRY' as const },
          { onReason: 'ResourceInitializationError*', action: 'RETRY' as const },
        ]
  return {
    attempts: infrastructureAttempts,
    evaluateOnExit: [
      ...lost,
      { onReason: 'CannotPullContainerError*', action: 'RETRY' },
      { onExitCode: String(temporaryFailureExitCode), action: 'RETRY' },
      { onReason: '*', action: 'EXIT' },
    ],
  }
}
