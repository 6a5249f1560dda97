import { MillraceError } from '@millrace/core-graph'

/** A callback of {@link parallelMap} failed; `cause` is its error. */
export class ParallelMapError extends MillraceError {
  /** The position of the item, from 0. */
  readonly index: number

  constructor(index: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super('step-failed', `parallelMap failed at item ${index}: ${reason}`, { subject: `item ${index}`, cause })
    this.index = index
  }
}
