import type { JobSummary as AwsSummary, ListJobsRequest } from '@aws-sdk/client-batch'
import type { Aws } from '../client/aws.ts'
import { type JobSnapshot, type JobStatus, jobStatuses, readSnapshot, readStatus } from '../jobs/job-snapshot.ts'
import { jobNamePrefix } from '../submit/job-name.ts'

const idsPerCall = 100

/** Which jobs to list; what is absent does not matter. */
export interface ListOptions {
  /** Default the executor's. */
  readonly queue?: string
  /** Jobs whose `name` began with this when they were submitted; its first 63 characters count. */
  readonly namePrefix?: string
  /** Default all but those that have ended. */
  readonly status?: readonly JobStatus[]
  /** Jobs that have exactly these parameters, beside others. Costs one call for each 100 jobs more. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A job in a list: what AWS tells about it without being asked for more. */
export interface JobSummary
  extends Pick<JobSnapshot, 'createdAt' | 'exitCode' | 'id' | 'name' | 'size' | 'startedAt' | 'status' | 'statusReason' | 'stoppedAt'> {
  /** Only where `parameters` were asked for. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Every status in which a job may still cost something. */
const activeStatuses: readonly JobStatus[] = jobStatuses.filter((status) => status !== 'succeeded' && status !== 'failed')

/**
 * The jobs of a queue, arrays as one, in no order that may be relied on: AWS tells about those of the last seven days.
 * With `namePrefix` AWS filters by name, in pages of 100; without it each status is a list of its own, in pages of 1,000.
 *
 * @throws BatchError.
 */
export async function* listJobs(aws: Aws, queue: string, options: ListOptions): AsyncGenerator<JobSummary, void, void> {
  const { namePrefix, status = activeStatuses, parameters, signal } = options
  const seen = new Set<string>()
  let page: JobSummary[] = []
  const flush = async function* (): AsyncGenerator<JobSummary, void, void> {
    const some = page
    page = []
    yield* parameters ? await withParameters(aws, some, { parameters, ...(signal ? { signal } : {}) }) : some
  }
  for (const request of requests(queue, namePrefix, status)) {
    for await (const summary of summaries(aws, request, signal)) {
      // A job that changes its status between two lists is in both.
      if (!status.includes(summary.status) || seen.has(summary.id)) continue
      if (namePrefix !== undefined && !summary.name.startsWith(jobNamePrefix(namePrefix))) continue
      seen.add(summary.id)
      page.push(summary)
      if (page.length === idsPerCall) yield* flush()
    }
  }
  yield* flush()
}

function requests(queue: string, namePrefix: string | undefined, status: readonly JobStatus[]): ListJobsRequest[] {
  if (namePrefix !== undefined) return [{ jobQueue: queue, filters: [{ name: 'JOB_NAME', values: [`${jobNamePrefix(namePrefix)}*`] }] }]
  return status.map((each) => ({ jobQueue: queue, jobStatus: each.toUpperCase() as Uppercase<JobStatus> }))
}

async function* summaries(aws: Aws, request: ListJobsRequest, signal?: AbortSignal): AsyncGenerator<JobSummary, void, void> {
  let nextToken: string | undefined
  do {
    const { jobSummaryList = [], nextToken: next } = await aws.call(
      'ListJobs',
      { ...request, ...(nextToken === undefined ? {} : { nextToken }) },
      { purpose: `list the jobs of ${request.jobQueue ?? request.arrayJobId}`, ...(signal ? { signal } : {}) },
    )
    for (const summary of jobSummaryList) yield readSummary(summary)
    nextToken = next
  } while (nextToken !== undefined)
}

/** The children of an array with this status, in pages of 1,000. @throws BatchError. */
export async function* listChildren(
  aws: Aws,
  arrayId: string,
  { status, signal }: { readonly status: JobStatus; readonly signal?: AbortSignal },
): AsyncGenerator<JobSummary & { readonly index: number }, void, void> {
  const request = { arrayJobId: arrayId, jobStatus: status.toUpperCase() as Uppercase<JobStatus> }
  for await (const summary of summaries(aws, request, signal)) yield { ...summary, index: Number(summary.id.split(':')[1] ?? 0) }
}

/** What AWS Batch says about these jobs: one call for 100. Those that it does not know are left out. @throws BatchError. */
export async function describeJobs(aws: Aws, ids: readonly string[], signal?: AbortSignal): Promise<readonly JobSnapshot[]> {
  const snapshots: JobSnapshot[] = []
  for (let start = 0; start < ids.length; start += idsPerCall) {
    const some = ids.slice(start, start + idsPerCall)
    const options = { purpose: `look at ${some.length} jobs`, ...(signal ? { signal } : {}) }
    const { jobs = [] } = await aws.call('DescribeJobs', { jobs: some }, options)
    snapshots.push(...jobs.map(readSnapshot))
  }
  return snapshots
}

async function withParameters(
  aws: Aws,
  some: readonly JobSummary[],
  { parameters, signal }: { readonly parameters: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
): Promise<readonly JobSummary[]> {
  const described = await describeJobs(
    aws,
    some.map(({ id }) => id),
    signal,
  )
  const known = new Map(described.map((snapshot) => [snapshot.id, snapshot.parameters]))
  return some.flatMap((summary) => {
    const own = known.get(summary.id)
    const fits = own && Object.entries(parameters).every(([name, value]) => own[name] === value)
    return fits ? [{ ...summary, parameters: own }] : []
  })
}

function readSummary(summary: AwsSummary): JobSummary {
  const { jobId = '', jobName = '', statusReason, createdAt, startedAt, stoppedAt, container, arrayProperties } = summary
  return {
    id: jobId,
    name: jobName,
    status: readStatus(summary.status),
    ...(statusReason === undefined ? {} : { statusReason }),
    ...(createdAt ? { createdAt: new Date(createdAt) } : {}),
    ...(startedAt ? { startedAt: new Date(startedAt) } : {}),
    ...(stoppedAt ? { stoppedAt: new Date(stoppedAt) } : {}),
    ...(container?.exitCode === undefined ? {} : { exitCode: container.exitCode }),
    ...(arrayProperties?.size === undefined ? {} : { size: arrayProperties.size }),
  }
}
