import type { ContainerOptions } from '../definitions/container-options.ts'
import type { Duration } from './duration.ts'

/** One job, or an array of jobs that differ in nothing but their index. */
export interface JobOptions extends Partial<ContainerOptions> {
  /** What it is, for people: sanitised, cut, and followed by an id to make the job's name. */
  readonly name: string
  /** The end of the job's name. Default 8 random hexadecimal digits. Who must find the job again after a crash makes one with `newJobId` and writes it down first. */
  readonly id?: string
  /** What runs in the container, word by word, with no shell. Default what the image runs. */
  readonly command?: readonly string[]
  /** `definition` for a command that many jobs share: it is then part of the job definition, and not of the 8,192 characters that a job may bring. Default `job`. */
  readonly commandIn?: 'job' | 'definition'
  /** Environment variables. Whoever may describe the job can read them: no secrets. */
  readonly env?: Readonly<Record<string, string>>
  /** More than 1 makes an array job of so many children, at most 10,000; each has its index in `AWS_BATCH_JOB_ARRAY_INDEX`. Default 1. */
  readonly size?: number
  /** The longest that one attempt may take, from 60 s on. Default `'5d'`. */
  readonly timeout?: Duration
  /** Further attempts after any failure but running out of memory, at most 9. Default: only after failures of infrastructure, at most 4. */
  readonly retry?: number
  /** Ids of jobs that must succeed first, at most 20. */
  readonly dependsOn?: readonly string[]
  /** Told back by `list` and `describe`, and matched by them exactly. */
  readonly parameters?: Readonly<Record<string, string>>
  /** At most 50; an array's children have none. */
  readonly tags?: Readonly<Record<string, string>>
  /** Another queue than the executor's. */
  readonly queue?: string
  /** The share that the job counts for, on a queue with a scheduling policy. Default `default`. */
  readonly shareIdentifier?: string
  /** 0 to 9,999, higher first, on a queue with a scheduling policy. */
  readonly schedulingPriority?: number
  readonly signal?: AbortSignal
}
