import type { TaskSpec } from '@millrace/core-graph'

/** Names one job of a run: a manifest and the workers that go through it. */
export interface JobAddress {
  readonly flow: string
  readonly run: string
  /** Unique in its run: lower-case letters, digits and `-`. */
  readonly job: string
}

/** Names one incarnation of a worker. Two that live at the same time differ, also where a job was submitted twice. */
export interface WorkerAddress extends JobAddress {
  /** From 0, below the job's number of workers. */
  readonly worker: number
  /** Eight hexadecimal digits that tell two submissions of the same job apart. */
  readonly submission: string
  /** Counts from 1, as AWS Batch counts a job's attempts: when it begins the one before has ended. */
  readonly incarnation: number
}

const digits = (number: number, width: number): string => String(number).padStart(width, '0')

/**
 * Where the workers of a run and its scheduler talk to each other. It is beside the run's own prefix and not in it, so that a listing of the run does not grow by it,
 * and nothing in it is needed once the run has ended.
 */
export const runTalkPrefix = ({ flow, run }: Pick<TaskSpec, 'flow' | 'run'>): string => `${flow}/batch/${run}`

/** The prefix of what the workers of a run have told and its scheduler has not yet taken. */
export const eventsPrefix = (run: Pick<TaskSpec, 'flow' | 'run'>): string => `${runTalkPrefix(run)}/events`

const jobPrefix = (job: JobAddress): string => `${runTalkPrefix(job)}/jobs/${job.job}`

/** Where a job's manifest is. */
export const manifestKey = (job: JobAddress): string => `${jobPrefix(job)}/manifest`

/** The prefix of a job's claims: for each slice those of its tasks that workers have taken on, in order. */
export const claimsPrefix = (job: JobAddress): string => `${jobPrefix(job)}/claims`

/** Where a claim of a slice is; `number` counts from 0. */
export const claimKey = (job: JobAddress, slice: number, number: number): string =>
  `${claimsPrefix(job)}/${digits(slice, 5)}.${digits(number, 7)}`

/** What is there when nothing of a slice is left. */
export const sliceDoneKey = (job: JobAddress, slice: number): string => `${claimsPrefix(job)}/${digits(slice, 5)}.done`

/** The prefix of what was taken over from workers that had died. */
export const retakenPrefix = (job: JobAddress): string => `${jobPrefix(job)}/retaken`

/** Where it is said who has taken over the task at `index`; `generation` counts, from 1, how often that was done. */
export const retakenKey = (job: JobAddress, index: number, generation: number): string =>
  `${retakenPrefix(job)}/${digits(index, 7)}.${digits(generation, 3)}`

/** The prefix of the signs of life of a job's workers. */
export const workersPrefix = (job: JobAddress): string => `${jobPrefix(job)}/workers`

/** Where a worker's sign of life is; it is deleted when the worker ends by itself. */
export const workerKey = (worker: WorkerAddress): string => `${workersPrefix(worker)}/${workerName(worker)}`

/** A worker's name within its job, whatever its incarnation. */
export const workerName = ({ worker, submission }: Pick<WorkerAddress, 'worker' | 'submission'>): string =>
  `${digits(worker, 5)}-${submission}`

/** Where a piece of what a worker tells is; `sequence` counts from 0. */
export const segmentKey = (worker: WorkerAddress, sequence: number): string =>
  `${eventsPrefix(worker)}/${worker.job}/${workerName(worker)}-${digits(worker.incarnation, 2)}-${digits(sequence, 8)}`

/** The slice and the number that a claim's key names; no number where it says that the slice is done. */
export function parseClaimKey(key: string): { readonly slice: number; readonly number?: number } | undefined {
  const [, slice, number] = /\/(\d{5})\.(?:(\d{7})|done)$/.exec(key) ?? []
  if (slice === undefined) return undefined
  return { slice: Number(slice), ...(number === undefined ? {} : { number: Number(number) }) }
}

/** The index and the generation that the key of a task that was taken over names. */
export function parseRetakenKey(key: string): { readonly index: number; readonly generation: number } | undefined {
  const [, index, generation] = /\/(\d{7})\.(\d{3})$/.exec(key) ?? []
  return index === undefined ? undefined : { index: Number(index), generation: Number(generation) }
}

/** The name of the worker whose sign of life is at `key`. */
export const parseWorkerKey = (key: string): string | undefined => /\/(\d{5}-[0-9a-f]{8})$/.exec(key)?.[1]

/** What the key of a piece names, and `undefined` for any other key. */
export function parseSegmentKey(key: string): { readonly job: string; readonly worker: number; readonly name: string } | undefined {
  const [, job, name, worker] = /\/([a-z0-9-]+)\/((\d{5})-[0-9a-f]{8}-\d{2})-\d{8}$/.exec(key) ?? []
  return job === undefined || name === undefined ? undefined : { job, name, worker: Number(worker) }
}
