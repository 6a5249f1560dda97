import { describe, expect, test } from 'vitest'
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

/** An `end` that does nothing. */
export const end = 'end = step(() => {})'

/** `start` splits into `left` and `right`; the rest is given. */
export const split = (rest: string): string => `start = step(() => this.next(this.left, this.right))\n${rest}\n${end}`

/** A sound split of two branches, which assign `x` and the second `y`, and a join with this body. */
export const joined = (body: string, fields = ''): string => `start = step(() => this.next(this.left, this.right))
left = step(() => { this.x = 1; this.next(this.meet) })
right = step(() => { this.x = 2; this.y = 3; this.next(this.meet) })
${fields}
meet = join((inputs) => { ${body}; this.next(this.end) })
${end}`

/** Three steps in a line, of which `middle` has this body, and `start` assigns `x`. */
export const middle = (body: string, fields = ''): string => `${fields}
start = step(() => { this.x = 1; this.next(this.middle) })
middle = step(() => { ${body} })
${end}`

/** A flow as its fields, and the beginnings of its problems. */
export type FlowCase = [title: string, fields: string, problems: readonly string[]]

/** Tests that each flow has exactly these problems, and that every message is a sentence. */
export function testFlows(group: string, flows: readonly FlowCase[]): void {
  describe(group, () => {
    test.each(flows)('%s', (_, fields, problems) => {
      const flow = flowOf(fields)
      expect(problemsOf(flow).map((line, index) => line.slice(0, problems[index]?.length))).toEqual(problems)
      for (const { message } of checkFlow(flow).problems) expect(message).toMatch(/^[A-Z"].*[.?]$/)
    })
  })
}
