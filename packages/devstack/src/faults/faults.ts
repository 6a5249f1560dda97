import { type Fault, type FaultOptions, FaultPlan } from './fault-plan.ts'

/** Parts of the stack that can have faults. */
export type FaultyService = 's3'

/** The faults of the stack: none until they are asked for. */
export class Faults {
  readonly #plans = new Map<FaultyService, FaultPlan>()

  /** From now on requests to this service meet faults, in place of those that were asked for before. @throws TypeError, RangeError. */
  set(service: FaultyService, options: FaultOptions): void {
    this.#plans.set(service, new FaultPlan(options))
  }

  /** No more faults. */
  clear(): void {
    this.#plans.clear()
  }

  /** What is in force. */
  get options(): Readonly<Partial<Record<FaultyService, FaultOptions>>> {
    return Object.fromEntries([...this.#plans].map(([service, { options }]) => [service, options]))
  }

  /** The fault of a request, if it gets one. */
  draw(service: FaultyService, operation: string): Fault | undefined {
    return this.#plans.get(service)?.draw(operation)
  }
}
