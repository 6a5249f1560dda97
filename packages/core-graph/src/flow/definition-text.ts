import type { FlowDefinition } from './definition.ts'
import { FlowSpec } from './flow-spec.ts'

/**
 * Everything about a flow that its graph and the checks on it are made from, as one text: names, options, and the source of the bodies and classes.
 * Two definitions with the same text have the same graph and the same problems.
 */
export function definitionText({ name, flowClass, steps, parameters, initialised }: FlowDefinition): string {
  const source = (value: unknown): string => Function.prototype.toString.call(value)
  const classes: unknown[] = []
  for (let parent: unknown = flowClass; typeof parent === 'function' && parent !== FlowSpec; parent = Object.getPrototypeOf(parent))
    classes.push([source(parent), Object.getOwnPropertyNames(parent.prototype ?? {})])
  return JSON.stringify([
    name,
    [...steps].map(([step, { kind, options, body }]) => [step, kind, options, source(body)]),
    [...parameters].map(([parameter, { kind }]) => [parameter, kind]),
    [...initialised],
    classes,
  ])
}
