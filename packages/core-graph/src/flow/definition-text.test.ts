import { describe, expect, it } from 'vitest'
import { type FlowClass, readDefinition } from './definition.ts'
import { definitionText } from './definition-text.ts'
import { FlowSpec } from './flow-spec.ts'
import { parameter } from './parameter.ts'
import { step } from './step.ts'

const textOf = (flowClass: FlowClass): string => definitionText(readDefinition(flowClass))

/** A class called Flow, made from the text of its body. */
function flowOf(body: string): FlowClass {
  return new Function('FlowSpec', 'step', 'parameter', `return class Flow extends FlowSpec { ${body} }`)(FlowSpec, step, parameter)
}

describe('definitionText', () => {
  const body = 'size = parameter(1); total = 0; start = step({ retry: 1 }, () => { this.total = this.size }); helper() { return 1 }'

  it('is the same for the same class', () => {
    expect(textOf(flowOf(body))).toBe(textOf(flowOf(body)))
  })

  it.each([
    ['a body', 'this.size', 'this.size + 1'],
    ['an option', 'retry: 1', 'retry: 2'],
    ['a method', 'return 1', 'return 2'],
    ['an initialiser', 'total = 0; ', ''],
    ["a parameter's kind", 'parameter(1)', "parameter('1')"],
    ["a step's name", 'start =', 'begin ='],
  ])('changes with %s', (_what, before, after) => {
    expect(body).toContain(before)
    expect(textOf(flowOf(body.replace(before, after)))).not.toBe(textOf(flowOf(body)))
  })

  it('changes with a class between the flow and FlowSpec', () => {
    const derive = (base: FlowClass): FlowClass => class Flow extends base {}
    expect(textOf(derive(flowOf('helper() { return 1 }')))).not.toBe(textOf(derive(flowOf('helper() { return 2 }'))))
  })
})
