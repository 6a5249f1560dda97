import { expect } from 'vitest'
import { targetsOf } from '../shapes/shape.ts'
import type { Behaviour, Scene } from './behaviour.ts'

const large = 'a value that is no longer kept in the record '.repeat(60)

/** What a step assigns is there in every step after it. */
export const artifactBehaviours: readonly Behaviour[] = [
  {
    name: 'an artifact that start assigns reaches every step',
    combinations: 15,
    fields: 'data!: string\nlarge!: string',
    bodies: [
      { on: ['start'], required: true, text: `this.data = 'abc'\nthis.large = ${JSON.stringify(large)}` },
      {
        on: ['join'],
        text: `for (const input of inputs) assert.equal(input.data, 'abc')
for (const input of inputs) assert.equal(input.large.length, ${large.length})
this.mergeArtifacts(inputs)
assert.equal(this.data, 'abc')`,
      },
      { on: ['all'], required: true, text: "assert.equal(this.data, 'abc')" },
    ],
    check: async (checker) => {
      for (const { artifacts } of await checker.tasks('1')) expect(artifacts).toMatchObject({ data: 'abc', large })
    },
  },
  {
    name: 'the lineage that steps write, in place, merges in joins to that of the shape',
    combinations: 15,
    fields: 'lineage!: unknown[]\nname!: string',
    bodies: [
      { on: ['start'], required: true, text: "this.lineage = ['start']" },
      {
        // How many items there are is no part of a lineage, so branches that went alike count once.
        on: ['join'],
        text: ({ step }) => `const branches = new Set(inputs.map(({ lineage }) => JSON.stringify(lineage)))
this.lineage = [[...branches].sort().map((branch) => JSON.parse(branch)), '${step.name}']`,
      },
      // Neither are the rounds of a loop.
      { on: ['all'], required: true, text: ({ step }) => `if (this.lineage.at(-1) !== '${step.name}') this.lineage.push('${step.name}')` },
    ],
    check: async (checker, scene) => {
      const expected = lineagesOf(scene)
      for (const { step, artifacts } of await checker.tasks('1')) expect(expected.get(step)).toContainEqual(artifacts.lineage)
      const end = (await checker.tasks('1')).find(({ step }) => step === 'end')
      expect(expected.get('end')).toEqual([end?.artifacts.lineage])
    },
  },
  {
    name: 'a field initialiser is the value in start, and what a step assigns holds from then on',
    combinations: 15,
    fields: `constant = 42
changed = 'at first'
gone?: string | undefined = 'for a while'
static readonly unit = 'cm'
#scratch = 1`,
    bodies: [
      {
        on: ['start'],
        required: true,
        text: `assert.equal(this.constant, 42)
assert.equal(this.changed, 'at first')
assert.equal(this.gone, 'for a while')
this.changed = 'later'
this.gone = undefined
this.#scratch += 1`,
      },
      { on: ['join'], text: "this.mergeArtifacts(inputs)\nassert.equal(this.changed, 'later')" },
      {
        on: ['all'],
        text: ({ step }) => `assert.equal(this.constant, 42)
assert.equal(this.changed, 'later')
assert.equal(this.gone, undefined)
assert.equal(this.#scratch, 1, 'a private field is not saved for ${step.name}')`,
      },
    ],
    check: async (checker) => {
      for (const { artifacts } of await checker.tasks('1')) {
        const { round: _round, ...own } = artifacts
        expect(own).toEqual({ constant: 42, changed: 'later' })
      }
    },
  },
]

type Lineage = readonly (string | readonly Lineage[])[]

/** Every lineage that a step can have: the ways to it through the steps that ran. */
function lineagesOf({ places, way }: Scene): ReadonlyMap<string, readonly Lineage[]> {
  const lineages = new Map<string, Lineage[]>([['start', [['start']]]])
  const waiting = places.filter(({ step }) => step.name !== 'start' && way.tasks[step.name] !== undefined)
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ step }) => into(step.name).every((name) => lineages.has(name)))
    const [place] = waiting.splice(ready, 1)
    if (!place || ready < 0) throw new Error('The steps have no order.')
    const { name, join } = place.step
    const arriving = into(name).flatMap((from) => lineages.get(from) ?? [])
    const distinct = [...new Set(arriving.map((lineage) => JSON.stringify(lineage)))].sort()
    lineages.set(name, join ? [[distinct.map((text) => JSON.parse(text)), name]] : distinct.map((text) => [...JSON.parse(text), name]))
  }
  return lineages

  function into(name: string): readonly string[] {
    return places.flatMap(({ step }) => (targetsOf(step.next).includes(name) && way.tasks[step.name] !== undefined ? step.name : []))
  }
}
