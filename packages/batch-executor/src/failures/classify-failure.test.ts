import { describe, expect, test } from 'vitest'
import { readSnapshot } from '../jobs/job-snapshot.ts'
import { classifyFailure } from './classify-failure.ts'
import type { FailureKind } from './job-failure.ts'

interface Facts {
  readonly statusReason?: string
  readonly reason?: string
  readonly exitCode?: number
  readonly terminated?: boolean
  readonly started?: false
}

/** A failed job as DescribeJobs tells of it, with the reasons that AWS is known to give. */
function failed({ statusReason, reason, exitCode, terminated, started }: Facts) {
  const container = { ...(reason ? { reason } : {}), ...(exitCode === undefined ? {} : { exitCode }) }
  return readSnapshot({
    jobId: 'id-1',
    jobName: 'sum',
    jobQueue: 'q',
    jobDefinition: 'd',
    status: 'FAILED',
    startedAt: started === false ? 0 : 1_000,
    ...(statusReason ? { statusReason } : {}),
    isTerminated: terminated ?? false,
    timeout: { attemptDurationSeconds: 90 },
    container: { ...container, image: 'node:24-slim', resourceRequirements: [{ type: 'MEMORY', value: '4096' }] },
    attempts: [{ container, ...(statusReason ? { statusReason } : {}) }],
  })
}

const essential = 'Essential container in task exited'

describe('a failed job', () => {
  test.each<[FailureKind, boolean, Facts, string, string]>([
    ['exited', false, { statusReason: essential, exitCode: 3 }, 'exit code 3', 'its log'],
    [
      'out-of-memory',
      false,
      { statusReason: essential, reason: 'OutOfMemoryError: Container killed due to memory usage', exitCode: 137 },
      '4,096 MB',
      'memory 8192',
    ],
    [
      'out-of-memory',
      false,
      { statusReason: essential, reason: 'OutOfMemoryError: Container killed due to memory usage', exitCode: 1 },
      'killed',
      'memory 8192',
    ],
    ['killed', true, { statusReason: essential, exitCode: 137 }, 'killed (exit code 137)', 'more memory than 4,096 MB'],
    ['killed', false, { statusReason: essential, exitCode: 134 }, 'heap is full', 'more memory than 4,096 MB'],
    ['killed', true, { statusReason: essential, exitCode: 143 }, 'told to end', 'spot'],
    ['host-lost', true, { statusReason: 'Host EC2 (instance i-0123) terminated.' }, 'i-0123', 'Run it again'],
    ['host-lost', true, { statusReason: 'Host EC2 (instance i-0123) terminated.', exitCode: 143 }, 'taken away', 'spot'],
    ['host-lost', true, { statusReason: 'Your Spot Task was interrupted.', exitCode: 137 }, 'taken away', 'spot'],
    [
      'image-not-found',
      false,
      {
        statusReason: 'Task failed to start',
        reason: 'CannotPullContainerError: Error response from daemon: manifest for node:99 not found: manifest unknown',
      },
      'node:24-slim was not found',
      'name and tag',
    ],
    [
      'access-denied',
      false,
      {
        statusReason: 'Task failed to start',
        reason:
          'CannotPullContainerError: Error response from daemon: pull access denied for x, repository does exist or may require authentication: denied',
      },
      'may not be pulled',
      'execution role',
    ],
    [
      'image-not-pulled',
      true,
      { statusReason: 'Task failed to start', reason: 'CannotPullContainerError: context deadline exceeded: i/o timeout' },
      'could not be pulled',
      'registry',
    ],
    [
      'command-not-found',
      false,
      {
        statusReason: 'Task failed to start',
        reason: 'CannotStartContainerError: Error response from daemon: exec: "node": executable file not found in $PATH: unknown',
      },
      'not in the image',
      'Node 22',
    ],
    ['command-not-found', false, { statusReason: essential, exitCode: 127 }, 'exit code 127', 'Node 22'],
    [
      'not-started',
      true,
      { statusReason: 'Task failed to start', reason: 'DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s' },
      'could not start',
      'Run it again',
    ],
    [
      'access-denied',
      false,
      { statusReason: 'ECS was unable to assume the role arn:aws:iam::1:role/x that was provided for this task.' },
      'unable to assume the role',
      'ecs-tasks.amazonaws.com',
    ],
    ['timeout', false, { statusReason: 'Job attempt duration exceeded timeout', exitCode: 137 }, 'timeout of 90 s', 'longer timeout'],
    ['cancelled', false, { statusReason: 'Stopped by Ada', exitCode: 143, terminated: true }, 'Stopped by Ada', 'Submit it again'],
    ['dependency', false, { statusReason: 'Dependent Job failed' }, 'depends on', 'Look at the job'],
    ['overrides-too-long', false, { statusReason: 'Container Overrides length must be at most 8192' }, '8,192', 'S3'],
    [
      'misconfigured',
      false,
      {
        statusReason: 'Canceled by JobStateTimeLimit action due to reason: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT',
        terminated: true,
        started: false,
      },
      'MISCONFIGURATION',
      'less memory',
    ],
    [
      'no-capacity',
      true,
      { statusReason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - none', terminated: true, started: false },
      'INSUFFICIENT',
      'instance types',
    ],
    ['temporary', true, { statusReason: essential, exitCode: 75 }, 'exit code 75', 'Run it again'],
    ['bootstrap', false, { statusReason: essential, exitCode: 78 }, 'could not begin', 'job role'],
    ['not-started', true, {}, 'no reason', 'aws batch describe-jobs --jobs id-1'],
  ])('is %s (again: %s) where AWS says %j', (kind, retryable, facts, message, advice) => {
    const failure = classifyFailure(failed(facts))
    expect(failure).toMatchObject({ kind, retryable, message: expect.stringContaining(message), advice: expect.stringContaining(advice) })
    expect(failure.exitCode).toBe(facts.exitCode)
    for (const sentence of [failure.message, failure.advice]) expect(sentence).toMatch(/^[A-Z].*[^.]\.$|describe-jobs/s)
  })
})
