import type { Attempt, JobSpec } from './machine/jobs/job.ts'

/** The group that jobs write to where their definition names no other. */
const defaultGroup = '/aws/batch/job'

/** Where the lines of a container go. */
export function logGroupName({ container }: JobSpec): string {
  return container.logConfiguration?.options?.['awslogs-group'] ?? defaultGroup
}

/** The stream of an attempt in its group. Source: https://docs.aws.amazon.com/batch/latest/userguide/using_awslogs.html */
export function logStreamName({ definition, container }: JobSpec, { taskId }: Pick<Attempt, 'taskId'>): string {
  const named = container.logConfiguration?.options?.['awslogs-stream-prefix']
  const name = /job-definition\/([^:]+)/.exec(definition)?.[1] ?? definition
  return `${(named ?? name).slice(0, 200)}/default/${taskId}`
}
