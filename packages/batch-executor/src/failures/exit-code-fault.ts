import type { JobSnapshot } from '../jobs/job-snapshot.ts'
import { type Fault, fault } from './job-failure.ts'
import { temporaryFailureExitCode } from './retry-strategy.ts'

/** With this exit code a job says that it could not begin: `EX_CONFIG` of sysexits.h. */
const bootstrapExitCode = 78

/** What a program that has ended with this exit code says about itself; `undefined` without one. */
export function exitCodeFault(exitCode: number | undefined, job: JobSnapshot): Fault | undefined {
  const memory = job.memoryMiB === undefined ? 'memory' : `memory than ${job.memoryMiB.toLocaleString('en-US')} MB`
  if (exitCode === undefined) return undefined
  if (exitCode === temporaryFailureExitCode)
    return fault(
      'temporary',
      true,
      'The job gave up on something outside of it that failed for now (exit code 75).',
      'Run it again; its log says what failed.',
    )
  if (exitCode === bootstrapExitCode)
    return fault(
      'bootstrap',
      false,
      'The job could not begin (exit code 78).',
      'Its log says why: most often its job role may not read the datastore.',
    )
  if (exitCode === 126 || exitCode === 127)
    return fault(
      'command-not-found',
      false,
      `The command is not in the image, or cannot be run there (exit code ${exitCode}).`,
      'Use an image that has it: a job of Millrace needs Node 22 or newer as "node", as in node:24-slim.',
    )
  if (exitCode === 134 || exitCode === 139)
    return fault(
      'killed',
      false,
      `The program crashed (exit code ${exitCode}); Node ends so when its heap is full.`,
      `Look at the last lines of its log. If the heap was full give it more ${memory}.`,
    )
  if (exitCode === 137)
    return fault(
      'killed',
      true,
      'The program was killed (exit code 137), and AWS Batch does not say by whom; most often that is for memory.',
      `Look at the last lines of its log, or give it more ${memory}.`,
    )
  if (exitCode === 143)
    return fault(
      'killed',
      true,
      'The program was told to end (exit code 143), and AWS Batch does not say by whom.',
      'Run it again. Where it happens often the machines may be taken away: use a queue without spot machines.',
    )
  return fault('exited', false, `The program ended with exit code ${exitCode}.`, 'Look at its log.')
}
