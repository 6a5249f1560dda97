import type { FaultOptions } from './fault-plan.ts'

/** What goes wrong with AWS Batch. */
export interface BatchFaultOptions {
  /** Requests that go wrong: of the kinds `'429'`, `'500'`, `'reset'`, `'truncate'`, `'slow'`, `'lost-answer'`, `'expired-token'`. */
  readonly requests?: FaultOptions
  /** Requests beyond so many a second, after a burst of as many, are answered by TooManyRequestsException. */
  readonly requestsPerSecond?: number
  /** The first so many DescribeJobs that ask for a job do not know it. */
  readonly unknownAtFirst?: number
  /** Images that cannot be pulled: a share of the attempts from 0 to 1, and how many at most. */
  readonly pull?: { readonly rate: number; readonly times?: number }
  /** A host goes every so often, with all that runs on it: the one that was busy first. */
  readonly hostLoss?: { readonly everyMs: number; readonly times?: number }
  /** So long does it take until a container that shall end is told. Many on AWS took 30 s. */
  readonly stopDelayMs?: number
  /** The same seed and the same requests give the same faults. Default 1. */
  readonly seed?: number
}
