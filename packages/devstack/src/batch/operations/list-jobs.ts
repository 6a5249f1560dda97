import type { BatchContext, BatchOperation } from '../batch-context.ts'
import { clientError } from '../batch-error.ts'
import type { Fields } from '../fields.ts'
import { type Job, type JobStatus, jobStatuses } from '../machine/jobs/job.ts'
import { pageOf } from '../page.ts'
import { jobSummary } from './job-detail.ts'
import { queueNamed } from './queue-named.ts'

/** Source: https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html */
export const listJobs: BatchOperation = (context, input) => {
  const { state } = context
  const status = readStatus(input)
  const filter = readFilter(context, input)
  const [queueText, arrayId, nodesId] = [input.text('jobQueue'), input.text('arrayJobId'), input.text('multiNodeJobId')]
  if ([queueText, arrayId, nodesId].filter((each) => each !== undefined).length !== 1)
    throw clientError('Exactly one of jobQueue, arrayJobId and multiNodeJobId must be given')
  const matches = filter ?? ((job: Job): boolean => job.status === status)
  const most = filter ? 100 : 1_000
  const { items, nextToken } =
    queueText === undefined
      ? pageOf(childrenOf(context, arrayId, matches), input, {
          most,
          markOf: ({ index = 0 }) => index,
          isAfter: (mark, last) => mark > last,
        })
      : pageOf(newestFirst(state.jobs.values(), queueNamed(context, queueText).name, matches), input, {
          most,
          markOf: ({ sequence }) => sequence,
          isAfter: (mark, last) => mark < last,
        })
  return { jobSummaryList: items.map((job) => jobSummary(context, job)), ...(nextToken === undefined ? {} : { nextToken }) }
}

function newestFirst(jobs: Iterable<Job>, queue: string, matches: (job: Job) => boolean): readonly Job[] {
  const found: Job[] = []
  for (const job of jobs) if (job.index === undefined && job.spec.queue === queue && matches(job)) found.push(job)
  return found.reverse()
}

function* childrenOf({ state }: BatchContext, id: string | undefined, matches: (job: Job) => boolean): Generator<Job> {
  const size = state.jobs.get(id ?? '')?.array?.size ?? 0
  for (let index = 0; index < size; index += 1) {
    const job = state.jobs.get(`${id}:${index}`)
    if (job && matches(job)) yield job
  }
}

function readStatus(input: Fields): JobStatus {
  const text = input.text('jobStatus') ?? 'RUNNING'
  const status = jobStatuses.find((each) => each === text)
  if (!status) throw clientError(`Invalid job status: ${text}`)
  return status
}

/** What jobs must be beside being in the queue, whatever their state; `undefined` where the request filters by state. */
function readFilter({ arns }: BatchContext, input: Fields): ((job: Job) => boolean) | undefined {
  const [filter, ...more] = input.objects('filters') ?? []
  if (!filter) return undefined
  const name = filter.needText('name')
  const values = filter.texts('values') ?? []
  if (more.length > 0 && name !== 'SHARE_IDENTIFIER') throw clientError('Only one filter can be used at a time')
  const [value] = values
  if (value === undefined) throw clientError(`Filter ${name} needs a value`)
  switch (name) {
    case 'JOB_NAME':
      return (job) => values.some((each) => fits(job.spec.name, each))
    case 'JOB_DEFINITION':
      return (job) =>
        values.some((each) => fitsDefinition(arns.name(job.spec.definition, 'job-definition'), arns.name(each, 'job-definition')))
    case 'BEFORE_CREATED_AT':
      return (job) => job.createdAt < Number(value)
    case 'AFTER_CREATED_AT':
      return (job) => job.createdAt > Number(value)
    case 'SHARE_IDENTIFIER':
      return (job) => values.includes(job.spec.shareIdentifier ?? '')
    default:
      throw clientError(`Invalid filter name: ${name}`)
  }
}

function fits(text: string, pattern: string): boolean {
  const [found, wanted] = [text.toLowerCase(), pattern.toLowerCase()]
  return wanted.endsWith('*') ? found.startsWith(wanted.slice(0, -1)) : found === wanted
}

/** A pattern without a revision means all of them. */
function fitsDefinition(named: string, pattern: string): boolean {
  return pattern.includes(':') || pattern.endsWith('*') ? fits(named, pattern) : fits(named.replace(/:\d+$/, ''), pattern)
}
