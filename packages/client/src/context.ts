import type { Clock, ObjectStore } from '@millrace/core-graph'
import type { KnownRecords } from './task/known-records.ts'

/** What everything that a client gives out reads with. */
export interface ClientContext {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly records: KnownRecords
  /** `undefined`: everything is shown. */
  readonly namespace: string | undefined
}
