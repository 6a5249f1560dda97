import type { BatchFaultOptions } from './batch-fault-options.ts'
import type { BatchFaults } from './batch-faults.ts'
import { type Fault, type FaultOptions, FaultPlan, faultKinds } from './fault-plan.ts'

/** The faults of the stack: none until they are asked for. */
export class Faults {
  readonly batch: BatchFaults
  #s3: FaultPlan | undefined

  constructor(batch: BatchFaults) {
    this.batch = batch
  }

  /** From now on requests to S3 meet faults, in place of those that were asked for before. @throws TypeError, RangeError. */
  setS3(options: FaultOptions): void {
    this.#s3 = new FaultPlan(options, faultKinds.s3)
  }

  /** No more faults. */
  clear(): void {
    this.#s3 = undefined
    this.batch.clear()
  }

  /** What is in force. */
  get options(): { readonly s3?: FaultOptions; readonly batch?: BatchFaultOptions } {
    const batch = this.batch.options
    return { ...(this.#s3 ? { s3: this.#s3.options } : {}), ...(batch ? { batch } : {}) }
  }

  /** The fault of a request to S3, if it gets one. */
  drawS3(operation: string): Fault | undefined {
    return this.#s3?.draw(operation)
  }
}
