import type { Aws } from '../client/aws.ts'

/** The ids of the jobs in `queue` that have exactly this name, oldest first. One call. */
export async function jobsNamed(
  aws: Aws,
  { name, queue }: { readonly name: string; readonly queue: string },
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const { jobSummaryList = [] } = await aws.call(
    'ListJobs',
    { jobQueue: queue, filters: [{ name: 'JOB_NAME', values: [name] }] },
    { purpose: `look for the job ${name}`, subject: name, ...(signal ? { signal } : {}) },
  )
  // The filter of AWS Batch does not tell upper from lower case.
  return jobSummaryList
    .filter(({ jobName }) => jobName === name)
    .sort((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0))
    .flatMap(({ jobId }) => jobId ?? [])
}
