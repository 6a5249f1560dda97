import { type FlowClass, type FlowDefinition, readDefinition } from '../flow/definition.ts'
import { FlowSpec } from '../flow/flow-spec.ts'
import { parameter } from '../flow/parameter.ts'
import { join, step } from '../flow/step.ts'
import { checkFlow } from './check-flow.ts'
import type { Graph } from './graph.ts'

/** A flow's class from JavaScript text, which no compiler has checked: `classText` is an expression. */
export function flowFromText(classText: string): FlowDefinition {
  const make = new Function('FlowSpec', 'join', 'parameter', 'step', `'use strict'; return (${classText})`)
  return readDefinition(make(FlowSpec, join, parameter, step) as FlowClass)
}

/** A flow from the text of its fields. */
export const flowOf = (fields: string): FlowDefinition => flowFromText(`class Sample extends FlowSpec {\n${fields}\n}`)

/** The problems of a flow as `step rule: text`, where the text is what stands at the problem's offset, up to the end of its line and at most 40 characters. */
export function problemsOf(definition: FlowDefinition): string[] {
  return checkFlow(definition).problems.map(({ step, rule, source, offset }) => {
    if (step === undefined) return rule
    return `${step} ${rule}: ${(source ?? '').slice(offset).split('\n')[0]?.slice(0, 40)}`
  })
}

/** A graph in one line a step: `start split a b`. */
export function outlineOf(graph: Graph): string[] {
  return [...graph.nodes.values()].map(({ name, kind, join: isJoin, targets }) =>
    [name, ...(isJoin ? ['join'] : []), kind, ...targets].join(' '),
  )
}
