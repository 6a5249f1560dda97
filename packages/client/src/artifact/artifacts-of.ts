import type { FlowSpec, StepName } from '@millrace/core-graph'

/** What cannot be an artifact: the flow's own words, its steps and its methods. */
type Excluded<F> = { [Name in keyof F]: F[Name] extends (...args: never) => unknown ? Name : never }[keyof F] | keyof FlowSpec | StepName<F>

/**
 * The artifacts and parameters of a flow's class, by name, as it declares them: what `data()` of its runs and tasks gives.
 * What a task has not assigned is absent, whatever the class says.
 */
export type ArtifactsOf<F extends FlowSpec> = { [Name in Exclude<keyof F, Excluded<F>> & string]: F[Name] }

/** Artifacts of which nothing is known before they are read. */
export type UnknownArtifacts = Readonly<Record<string, unknown>>
