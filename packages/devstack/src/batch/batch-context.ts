import type { BatchFaults } from '../faults/batch-faults.ts'
import type { Arns } from './arns.ts'
import type { Fields, JsonObject } from './fields.ts'
import type { BatchEvent } from './machine/batch-event.ts'
import type { BatchState } from './machine/batch-state.ts'

/** What operations work on. They read the state and change it by events only. */
export interface BatchContext {
  readonly state: BatchState
  readonly arns: Arns
  readonly dispatch: (event: BatchEvent) => void
  readonly faults: BatchFaults
}

/** Answers one kind of request. @throws BatchError. */
export type BatchOperation = (context: BatchContext, input: Fields) => JsonObject
