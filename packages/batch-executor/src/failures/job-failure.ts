/** Why a job failed. */
export type FailureKind =
  | 'access-denied'
  | 'bootstrap'
  | 'cancelled'
  | 'command-not-found'
  | 'dependency'
  | 'exited'
  | 'host-lost'
  | 'image-not-found'
  | 'image-not-pulled'
  | 'killed'
  | 'misconfigured'
  | 'no-capacity'
  | 'not-started'
  | 'out-of-memory'
  | 'overrides-too-long'
  | 'temporary'
  | 'timeout'

/** Why a job failed, and what to do about it. */
export interface JobFailure {
  readonly kind: FailureKind
  /** A sentence that says what happened. */
  readonly message: string
  /** A sentence that says what to do next. */
  readonly advice: string
  /** Whether the same job may succeed when it is run again, unchanged. */
  readonly retryable: boolean
  readonly exitCode?: number
}

/** A failure without its exit code, which is told where there is one. */
export type Fault = Omit<JobFailure, 'exitCode'>

/** Makes a {@link Fault}. */
export const fault = (kind: FailureKind, retryable: boolean, message: string, advice: string): Fault => ({
  kind,
  message,
  advice,
  retryable,
})
