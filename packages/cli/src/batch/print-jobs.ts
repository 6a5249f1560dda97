import { formatCount } from '../render/quantity.ts'
import { formatTable } from '../render/table.ts'
import { formatDuration, formatTime } from '../render/time.ts'
import type { FoundJob } from './find-jobs.ts'

/** Jobs as a table, in the order given. */
export function jobsAsTable(jobs: readonly FoundJob[], now: Date): string {
  return formatTable(
    ['run', 'step', 'status', 'user', 'submitted', 'for', 'job', ''],
    jobs.map((job) => [
      job.run,
      job.step + (job.size === undefined ? '' : ` (${formatCount(job.size)} workers)`),
      job.status,
      job.user,
      job.createdAt ? formatTime(job.createdAt) : '',
      sinceWhen(job, now),
      job.id,
      [job.statusReason ?? [], job.place === undefined ? [] : `number ${job.place} in the queue`].flat().join(', '),
    ]),
  )
}

/** Jobs as JSON, in the order given. */
export function jobsAsJson(jobs: readonly FoundJob[]): string {
  return JSON.stringify(
    jobs.map(({ parameters, ...job }) => job),
    null,
    2,
  )
}

function sinceWhen({ createdAt, startedAt }: FoundJob, now: Date): string {
  const since = startedAt ?? createdAt
  return since ? formatDuration(now.getTime() - since.getTime()) : ''
}
