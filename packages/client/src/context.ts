import type { Clock, ObjectStore } from '@millrace/core-graph'

/** What everything that a client gives out reads with. */
export interface ClientContext {
  readonly store: ObjectStore
  readonly clock: Clock
  /** `undefined`: everything is shown. */
  readonly namespace: string | undefined
}
