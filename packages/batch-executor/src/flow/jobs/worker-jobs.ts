import type { ErrorRecord, LossReason } from '@millrace/core-graph'

/** A job whose containers are workers. */
export interface WorkerJobRequest {
  readonly flow: string
  readonly run: string
  readonly step: string
  /** Unique in its run. */
  readonly job: string
  /** Containers: above 1 an array job. */
  readonly workers: number
  /** What the step's memory is multiplied by. */
  readonly memoryFactor: number
  /** Of each container; holds no secret. */
  readonly environment: Readonly<Record<string, string>>
}

/** Why a worker has ended badly. */
export interface WorkerFailure {
  /** From 0; absent where it is the whole job's. */
  readonly worker?: number
  readonly reason: LossReason
  readonly error: ErrorRecord
  /** It was the platform's doing: the same work may well succeed on another machine. */
  readonly infrastructure: boolean
  /** What is wrong stays wrong: trying it again is of no use. */
  readonly final?: boolean
}

/** How far a job has come. */
export interface WorkerJobState {
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed'
  /** What the platform says about it, such as why it waits. */
  readonly reason?: string
  /** Of a job that has failed. */
  readonly failures?: readonly WorkerFailure[]
}

/** A job that was submitted. */
export interface WorkerJob {
  readonly id: string
  /** Yields its state now and whenever it changes; ends after `succeeded` or `failed`, or when `signal` is aborted. */
  watch(signal: AbortSignal): AsyncIterable<WorkerJobState>
  /** Why it still waits for its first machine, in the platform's words; nothing where it gives no reason, or the job has begun. */
  queueReason(signal: AbortSignal): Promise<string | undefined>
  /** Asks for its end, of all its workers by one call: SIGTERM, then SIGKILL. Idempotent; settles when it was asked for. Aborting `signal` asks no longer. */
  terminate(reason: string, signal: AbortSignal): Promise<void>
}

/** Where workers run. An implementer submits each job once, also where the answer to a submission is lost. */
export interface WorkerJobs {
  /** @rejects Error that says why the job could not be submitted and what to do. */
  submit(request: WorkerJobRequest, signal: AbortSignal): Promise<WorkerJob>
}
