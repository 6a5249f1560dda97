import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'

/** What a join takes over from its branches with `this.mergeArtifacts`. */
export const mergeBehaviours: readonly Behaviour[] = [
  {
    name: 'a merge names every artifact in conflict and sets nothing; with these excluded or set before, it takes the rest',
    combinations: 11,
    fields: `untouched!: string
madeTheSame!: string
setByHand!: string
ignored!: string
onlyHere?: string
names: string[] = []`,
    bodies: [
      {
        on: ['start'],
        text: "this.untouched = 'a'\nthis.madeTheSame = 'b'\nthis.setByHand = 'c'\nthis.ignored = 'd'",
      },
      {
        on: ['join'],
        required: true,
        text: `let refusal: unknown
try {
  this.mergeArtifacts(inputs)
} catch (error) {
  refusal = error
}
assert.ok(MillraceError.is(refusal, 'invalid-transition'), String(refusal))
assert.match(refusal.message, /ignored/)
assert.match(refusal.message, /setByHand/)
assert.doesNotMatch(refusal.message, /untouched|madeTheSame|onlyHere/)
for (const name of ['untouched', 'madeTheSame', 'setByHand', 'ignored']) assert.equal(Object.hasOwn(this, name), false, name)
this.setByHand = String(current.taskId)
this.mergeArtifacts(inputs, { exclude: ['ignored'] })
assert.equal(this.untouched, 'a')
assert.equal(this.madeTheSame, 'e')
assert.equal(this.setByHand, current.taskId)
assert.equal(this.ignored, undefined)
this.ignored = String(current.taskId)`,
      },
      {
        on: ['branch', 'foreach-inner'],
        text: `this.madeTheSame = 'e'
this.setByHand = String(current.taskId)
this.ignored = String(current.taskId)
if (this.index === undefined || this.index === 0) this.onlyHere = 'set in some inputs alone'`,
      },
      { on: ['end'], text: "assert.equal(this.untouched, 'a')\nassert.equal(this.madeTheSame, 'e')" },
    ],
    check: async (checker) => {
      const end = (await checker.tasks('1')).find(({ step }) => step === 'end')
      expect(end?.artifacts).toMatchObject({ untouched: 'a', madeTheSame: 'e', setByHand: expect.stringMatching(/^\d+$/), names: [] })
    },
  },
  {
    name: 'a merge with include takes these artifacts alone, and names every one that is missing or in conflict',
    combinations: 11,
    fields: 'wanted!: string\nunwanted!: string\nparted!: string\nmissing?: string\nlost?: string',
    bodies: [
      { on: ['start'], text: "this.wanted = 'a'\nthis.unwanted = 'b'\nthis.parted = 'c'" },
      {
        on: ['join'],
        required: true,
        text: `const refused = (options: { include?: ('wanted' | 'missing' | 'lost' | 'parted')[]; exclude?: [] }): unknown => {
  try {
    this.mergeArtifacts(inputs, options)
    return undefined
  } catch (error) {
    return error
  }
}
const conflict = refused({ include: ['wanted', 'parted'] })
assert.ok(MillraceError.is(conflict, 'invalid-transition'), String(conflict))
assert.match(conflict.message, /parted/)
const absent = refused({ include: ['wanted', 'missing', 'lost'] })
assert.ok(MillraceError.is(absent, 'invalid-transition'), String(absent))
assert.match(absent.message, /missing/)
assert.match(absent.message, /lost/)
assert.ok(refused({ include: ['wanted'], exclude: [] }) instanceof TypeError)
assert.equal(Object.hasOwn(this, 'wanted'), false)
this.mergeArtifacts(inputs, { include: ['wanted'] })
assert.equal(this.wanted, 'a')
assert.equal(this.unwanted, undefined)
assert.equal(this.parted, undefined)`,
      },
      { on: ['branch', 'foreach-inner'], text: 'this.parted = String(current.taskId)' },
    ],
    check: async (checker, { places }) => {
      const joins = new Set(places.flatMap(({ step }) => (step.join ? step.name : [])))
      for (const { step, artifacts } of await checker.tasks('1')) {
        if (!joins.has(step)) continue
        const { round: _round, ...own } = artifacts
        expect(own).toMatchObject({ wanted: 'a' })
        expect(own).not.toHaveProperty('unwanted')
      }
    },
  },
  {
    name: 'an artifact that no branch touches passes every merge, and one that a branch sets is merged with those that lack it',
    combinations: 11,
    fields: 'untouched!: { readonly deep: string[] }\nlate?: string\nearly?: string',
    bodies: [
      { on: ['start'], text: "this.untouched = { deep: ['never read on the way'] }" },
      { on: ['join'], required: true, text: 'this.mergeArtifacts(inputs)' },
      { on: ['branch', 'foreach-inner'], text: "if (Number(current.taskId) % 2 === 0) this.late = 'the same wherever it is set'" },
      { on: ['end'], text: "assert.deepEqual(this.untouched, { deep: ['never read on the way'] })" },
    ],
    check: async (checker) => {
      const tasks = await checker.tasks('1')
      for (const { artifacts } of tasks) expect(artifacts.untouched).toEqual({ deep: ['never read on the way'] })
      const set = tasks.some(({ artifacts }) => artifacts.late !== undefined)
      const end = tasks.find(({ step }) => step === 'end')
      expect(end?.artifacts.late).toBe(set ? 'the same wherever it is set' : undefined)
    },
  },
]
