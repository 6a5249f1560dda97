/** Where time comes from, so that a test can hold it. */
export interface Clock {
  /** The present instant. It may jump, forwards or backwards: never measure a length of time with it. */
  now(): Date
  /** Settles after `ms` milliseconds. @throws the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
