import type { BatchContext } from '../batch-context.ts'
import type { JsonObject } from '../fields.ts'
import { logStreamName } from '../log-stream-name.ts'
import type { Attempt, Job } from '../machine/jobs/job.ts'

/** A job as DescribeJobs tells it. Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDetail.html */
export function jobDetail({ state, arns }: Pick<BatchContext, 'state' | 'arns'>, job: Job): JsonObject {
  const { spec, array, attempts } = job
  const environment = state.queues.get(spec.queue)?.pool.options.name ?? spec.queue
  const attemptContainer = (attempt: Attempt): JsonObject => ({
    ...(spec.platform === 'EC2' ? { containerInstanceArn: arns.instance(environment, attempt.host) } : {}),
    taskArn: arns.task(environment, attempt.taskId),
    ...given('exitCode', attempt.exitCode),
    ...given('reason', attempt.reason),
    ...(attempt.startedAt === undefined ? {} : { logStreamName: logStreamName(spec, attempt) }),
    networkInterfaces: [],
  })
  const last = attempts.at(-1)
  return {
    jobArn: arns.job(job.id),
    jobName: spec.name,
    jobId: job.id,
    jobQueue: arns.queue(spec.queue),
    status: job.status,
    ...given('shareIdentifier', spec.shareIdentifier),
    ...given('schedulingPriority', spec.schedulingPriority),
    attempts: attempts
      .filter(({ stoppedAt }) => stoppedAt !== undefined)
      .map((attempt) => ({
        container: attemptContainer(attempt),
        ...given('startedAt', attempt.startedAt),
        ...given('stoppedAt', attempt.stoppedAt),
        ...given('statusReason', attempt.statusReason),
      })),
    ...given('statusReason', job.statusReason),
    createdAt: job.createdAt,
    retryStrategy: { attempts: spec.retryStrategy.attempts ?? 1, evaluateOnExit: spec.retryStrategy.evaluateOnExit ?? [] },
    ...given('startedAt', job.startedAt),
    ...given('stoppedAt', job.stoppedAt),
    dependsOn: job.dependsOn,
    jobDefinition: spec.definition,
    parameters: spec.parameters,
    container: {
      volumes: [],
      environment: [],
      mountPoints: [],
      ulimits: [],
      secrets: [],
      resourceRequirements: [],
      ...spec.container,
      ...(last && !array ? attemptContainer(last) : { networkInterfaces: [] }),
    },
    ...(array ? { arrayProperties: { statusSummary: array.counts, size: array.size, statusSummaryLastUpdatedAt: array.changedAt } } : {}),
    ...(job.index === undefined ? {} : { arrayProperties: { statusSummary: {}, index: job.index } }),
    ...(spec.timeoutSeconds === undefined ? {} : { timeout: { attemptDurationSeconds: spec.timeoutSeconds } }),
    tags: state.tags.get(arns.job(job.id)) ?? {},
    propagateTags: spec.propagateTags ?? false,
    platformCapabilities: [spec.platform],
    eksAttempts: [],
    isCancelled: job.stopping?.by === 'cancel',
    isTerminated: job.stopping?.by === 'terminate',
  }
}

/** A job as ListJobs tells it. Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_JobSummary.html */
export function jobSummary({ arns }: Pick<BatchContext, 'arns'>, job: Job): JsonObject {
  const { spec, array, attempts } = job
  const last = attempts.at(-1)
  return {
    jobArn: arns.job(job.id),
    jobId: job.id,
    jobName: spec.name,
    createdAt: job.createdAt,
    ...given('shareIdentifier', spec.shareIdentifier),
    status: job.status,
    ...given('statusReason', job.statusReason),
    ...given('startedAt', job.startedAt),
    ...given('stoppedAt', job.stoppedAt),
    ...(last?.stoppedAt === undefined ? {} : { container: { ...given('exitCode', last.exitCode), ...given('reason', last.reason) } }),
    ...(array ? { arrayProperties: { size: array.size, statusSummary: array.counts, statusSummaryLastUpdatedAt: array.changedAt } } : {}),
    ...(job.index === undefined ? {} : { arrayProperties: { index: job.index } }),
    jobDefinition: spec.definition,
    isCancelled: job.stopping?.by === 'cancel',
    isTerminated: job.stopping?.by === 'terminate',
  }
}

const given = (name: string, value: unknown): JsonObject => (value === undefined ? {} : { [name]: value })
