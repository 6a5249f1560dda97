import type { FlowSpec } from './flow-spec.ts'
import type { Join, Step } from './step.ts'

/** The names of `F`'s steps. */
export type StepName<F> = { [Name in keyof F]: F[Name] extends Join | Step<never> ? Name : never }[keyof F] & string

/**
 * What a join takes: one flow for each finished branch, in item order for a foreach and in the order of the arguments of
 * `this.next` for a static split, where `inputs.left` is the branch that began with, or ended in, the step `left`.
 *
 * Inside a field of the class write `Inputs<this>` for the array alone, and `Inputs<MyFlow>` for the names too.
 */
export type Inputs<F extends FlowSpec> = readonly F[] & {
  readonly [Name in keyof F as F[Name] extends Join | Step<never> ? Name : never]: F
}
