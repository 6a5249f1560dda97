import { MillraceError } from '../errors.ts'
import { isFlowName } from '../pathspec.ts'
import type { FlowSpec } from './flow-spec.ts'
import { ParameterDefinition } from './parameter.ts'
import { StepDefinition } from './step.ts'

/** A flow's class: constructible without arguments. */
export type FlowClass<F extends FlowSpec = FlowSpec> = new () => F

/** What a flow's class says, by name, in the order of its fields. */
export interface FlowDefinition {
  readonly name: string
  readonly flowClass: FlowClass
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly parameters: ReadonlyMap<string, ParameterDefinition>
  /** The names of fields with an initialiser that is not `undefined`. */
  readonly initialised: ReadonlySet<string>
}

/** A flow under construction: the instance, and its fields sorted into steps, parameters and artifacts. */
export interface FlowInstance<F extends FlowSpec = FlowSpec> {
  readonly flow: F
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly parameters: ReadonlyMap<string, ParameterDefinition>
}

/**
 * Constructs a flow once and takes it apart. Own fields whose value is `undefined` (`names!: string[]`) are removed, so that unset means unset.
 *
 * @throws whatever the class's own initialisers throw.
 */
export function constructFlow<F extends FlowSpec>(flowClass: FlowClass<F>): FlowInstance<F> {
  const flow = new flowClass()
  const steps = new Map<string, StepDefinition>()
  const parameters = new Map<string, ParameterDefinition>()
  for (const [name, value] of Object.entries(flow)) {
    if (StepDefinition.is(value)) steps.set(name, value)
    else if (ParameterDefinition.is(value)) parameters.set(name, value)
    else if (value === undefined) Reflect.deleteProperty(flow, name)
  }
  return { flow, steps, parameters }
}

/**
 * Reads a flow's class without running any step.
 *
 * @throws MillraceError `invalid-graph` if the class has no usable name, or its constructor throws.
 */
export function readDefinition(flowClass: FlowClass): FlowDefinition {
  const name = flowClass.name
  if (!isFlowName(name))
    throw new MillraceError(
      'invalid-graph',
      `Could not use ${name ? JSON.stringify(name) : 'a class without a name'} as a flow: runs are found again by the class's name. Write "class MyFlow extends FlowSpec".`,
    )
  try {
    const { flow, steps, parameters } = constructFlow(flowClass)
    const initialised = new Set(Object.keys(flow).filter((field) => !steps.has(field) && !parameters.has(field)))
    return { name, flowClass, steps, parameters, initialised }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MillraceError(
      'invalid-graph',
      `Could not construct the flow ${name}: ${reason}. Field initialisers and the constructor run for every task and must not fail.`,
      { subject: name, cause },
    )
  }
}
