import type { Place } from '../shapes/place.ts'
import type { Next } from '../shapes/shape.ts'
import type { Combination } from './combination.ts'

/** The class of a shape's flow: `simple-foreach` is `SimpleForeach`. */
export const flowNameOf = (shapeName: string): string => shapeName.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The TypeScript file of a combination's flow. */
export function flowText({ name, shape, behaviour, places, bodies }: Combination): string {
  const flow = flowNameOf(shape.name)
  const steps = places.map((place) => stepText(flow, place, bodies.get(place.step.name), behaviour.items?.(place)))
  const fields = [shape.fields, behaviour.fields].filter((text) => text !== undefined)
  return [
    "import assert from 'node:assert/strict'",
    "import { current, FlowSpec, includeFile, type Inputs, join, main, MillraceError, parameter, step } from 'millrace'",
    ...(behaviour.header ? ['', behaviour.header] : []),
    '',
    `/** ${name} */`,
    `export default class ${flow} extends FlowSpec {`,
    ...fields.map((text) => indent(text, 1)),
    ...steps.map((text) => `\n${indent(text, 1)}`),
    '}',
    '',
    `await main(${flow}, import.meta)`,
    '',
  ].join('\n')
}

function stepText(
  flow: string,
  place: Place,
  body: Combination['bodies'] extends ReadonlyMap<string, infer B> ? B | undefined : never,
  items: string | undefined,
): string {
  const { step, item } = place
  const read = (text: string | ((place: Place) => string) | undefined): string | undefined =>
    typeof text === 'function' ? text(place) : text
  const statements = [step.before, read(body?.text), read(body?.next) ?? nextText(step.name, step.next, items)].filter((text) => text)
  const argument = step.join ? `inputs: Inputs<${flow}>` : item ? `item: ${item}` : ''
  const options = read(body?.options)
  const text = statements.join('\n')
  const head = `${step.join ? 'join' : 'step'}(${options ? `{ ${options} }, ` : ''}${/\bawait\b/.test(text) ? 'async ' : ''}(${argument}) => {`
  return `${step.name} = ${head}\n${indent(text, 1)}\n})`
}

function nextText(name: string, next: Next, items: string | undefined): string {
  switch (next.kind) {
    case 'linear':
      return `this.next(this.${next.to})`
    case 'split':
      return `this.next(${next.to.map((to) => `this.${to}`).join(', ')})`
    case 'foreach':
      return `this.next(this.${next.to}, { foreach: ${items ?? JSON.stringify(next.items)} })`
    case 'switch': {
      const cases = next.cases.map(([value, to], index) => {
        const last = index === next.cases.length - 1
        return `${last ? 'default' : `case ${JSON.stringify(value)}`}:\n  this.next(this.${to})\n  break`
      })
      return `switch (${next.on}) {\n${indent(cases.join('\n'), 1)}\n}`
    }
    case 'loop':
      return `if (${next.while}) this.next(this.${name})\nelse this.next(this.${next.exit})`
    case 'end':
      return ''
  }
}

const indent = (text: string, levels: number): string => text.trim().replaceAll(/^(?=.)/gm, '  '.repeat(levels))
