import type { JobDefinition } from '../definitions/definition.ts'
import type { Job, JobDependency, JobSpec } from './jobs/job.ts'

/** What happens to Batch: requests that change something, what comes of containers, and time. All of it is plain data. */
export type BatchEvent =
  | { readonly type: 'register'; readonly definition: JobDefinition; readonly tags: Readonly<Record<string, string>> }
  | { readonly type: 'deregister'; readonly arn: string }
  | { readonly type: 'tag'; readonly arn: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly type: 'untag'; readonly arn: string; readonly keys: readonly string[] }
  | Submission
  /** Someone wants a job ended; a parent stands for its children. `delayMs`: so long until the container is told. */
  | {
      readonly type: 'stop'
      readonly id: string
      readonly reason: string
      readonly by: 'cancel' | 'terminate'
      readonly delayMs?: number
    }
  | { readonly type: 'started'; readonly jobId: string; readonly taskId: string }
  /** There was no container. */
  | { readonly type: 'start-failed'; readonly jobId: string; readonly taskId: string; readonly reason: string }
  | {
      readonly type: 'exited'
      readonly jobId: string
      readonly taskId: string
      readonly exitCode: number
      readonly reason?: string
    }
  /** An instance goes, with all that runs on it. */
  | { readonly type: 'host-lost'; readonly host: string }
  /** The stack itself had gone, and with it all that ran. */
  | { readonly type: 'stack-lost' }
  | { readonly type: 'time' }

/** A job, or with a size an array of jobs. */
export interface Submission {
  readonly type: 'submit'
  readonly id: string
  readonly arn: string
  readonly spec: JobSpec
  readonly dependsOn: readonly JobDependency[]
  readonly size?: number
  readonly tags: Readonly<Record<string, string>>
}

/** What is to be done in the world: start a container, or send it a signal. */
export type BatchEffect =
  | { readonly type: 'launch'; readonly job: Job; readonly taskId: string; readonly attempt: number }
  | { readonly type: 'signal'; readonly taskId: string; readonly signal: 'SIGTERM' | 'SIGKILL' }
