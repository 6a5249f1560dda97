import { expect } from 'vitest'
import type { Behaviour } from './behaviour.ts'

/** Items, their order, and how many there can be. */
export const foreachBehaviours: readonly Behaviour[] = [
  {
    name: 'a join takes its inputs in the order of the items, in whatever order these end',
    combinations: 3,
    shapes: ['simple-foreach', 'small-foreach', 'small-parallel'],
    header: "import { existsSync, writeFileSync } from 'node:fs'\nimport { setTimeout } from 'node:timers/promises'",
    fields: 'value!: string\norder!: string[]\nindices!: (number | undefined)[]\nitems!: unknown[]',
    items: () => 'Array.from({ length: 32 }, (_, index) => 1_000 - index)',
    tasks: () => undefined,
    bodies: [
      {
        on: ['takes-item'],
        required: true,
        text: `assert.equal(this.input, item)
assert.equal(this.index, 1_000 - item)
assert.deepEqual(this.foreachStack(), [{ index: this.index, count: 32, input: item }])
this.value = \`item \${item}\`
// The first waits for the fifth, so the order in which they end is not that of the items.
if (this.index === 4) writeFileSync('fifth', '')
if (this.index === 0) while (!existsSync('fifth')) await setTimeout(5)`,
      },
      { on: ['foreach-inner'], text: 'assert.equal(this.value, `item ${this.input}`)' },
      {
        on: ['foreach-join'],
        required: true,
        text: `assert.equal(this.index, undefined)
assert.equal(this.input, undefined)
assert.deepEqual(this.foreachStack(), [])
this.order = inputs.map(({ value }) => value)
this.indices = inputs.map(({ index }) => index)
this.items = inputs.map(({ input }) => input)`,
      },
    ],
    commands: ({ args }) => [{ args: ['run', '--max-workers', '2', ...args] }],
    check: async (checker) => {
      const tasks = await checker.tasks('1')
      const end = tasks.find(({ step }) => step === 'end')
      const items = Array.from({ length: 32 }, (_, index) => 1_000 - index)
      expect(end?.artifacts).toMatchObject({ order: items.map((item) => `item ${item}`), indices: [...items.keys()], items })
    },
  },
  {
    name: 'a foreach of 1,200 runs each item once',
    combinations: 1,
    shapes: ['small-foreach'],
    fields: 'square!: number\ntotal!: number\nindices!: (number | undefined)[]',
    items: () => 'Array.from({ length: 1_200 }, (_, index) => index)',
    tasks: (way) => ({ ...way.tasks, inner: 1_200 }),
    bodies: [
      { on: ['takes-item'], required: true, text: 'this.square = item * item' },
      {
        on: ['foreach-join'],
        required: true,
        text: `this.total = inputs.reduce((sum, { square }) => sum + square, 0)
this.indices = inputs.map(({ index }) => index)`,
      },
    ],
    check: async (checker) => {
      const end = (await checker.tasks('1')).find(({ step }) => step === 'end')
      expect(end?.artifacts).toEqual({ total: (1_199 * 1_200 * 2_399) / 6, indices: [...Array(1_200).keys()] })
    },
  },
  {
    name: 'each of the 36 tasks within three foreaches knows its place in each',
    combinations: 1,
    shapes: ['nested-foreach'],
    fields: 'place!: string\nplaces!: string[]\nstack!: unknown',
    bodies: [
      {
        on: ['step:inner'],
        required: true,
        text: `const stack = this.foreachStack()
const [x, y, z] = stack
assert.equal(stack.length, 3)
assert.deepEqual([this.input, this.index], [z?.input, z?.index])
assert.equal(item, z?.input)
this.stack = stack
this.place = [x, y, z].map((frame) => \`\${frame?.input}\${frame?.index}/\${frame?.count}\`).join(' ')`,
      },
      {
        on: ['step:joinZ'],
        required: true,
        text: 'assert.equal(this.foreachStack().length, 2)\nthis.places = inputs.map(({ place }) => place)',
      },
      { on: ['join'], text: 'this.places = inputs.flatMap(({ places }) => places)' },
    ],
    check: async (checker) => {
      const tasks = await checker.tasks('1')
      const expected = [...'abc'].flatMap((x, i) =>
        [...'de'].flatMap((y, j) => [...'fghijk'].map((z, k) => `${x}${i}/3 ${y}${j}/2 ${z}${k}/6`)),
      )
      expect(tasks.find(({ step }) => step === 'end')?.artifacts.places).toEqual(expected)
      const places = tasks.flatMap(({ step, artifacts }) => (step === 'inner' ? artifacts.place : []))
      expect(new Set(places)).toEqual(new Set(expected))
      expect(places).toHaveLength(36)
    },
  },
  {
    name: 'any iterable can be gone over: a Set, a Map, a generator, typed arrays and objects',
    combinations: 2,
    shapes: ['small-foreach', 'simple-foreach'],
    header: `function* items(): Generator<number | string | bigint | Uint8Array | Map<string, number> | { readonly deep: readonly number[] }> {
  yield* new Set([1, 'two'])
  yield 3n
  yield Uint8Array.of(4, 5)
  yield new Map([['six', 6]])
  yield { deep: [7] }
}
const numbers: () => Iterable<number> = items as never`,
    fields: 'text!: string\ntexts!: string[]',
    items: () => 'numbers()',
    tasks: () => undefined,
    bodies: [
      {
        on: ['takes-item'],
        required: true,
        text: 'this.text = `${Object.prototype.toString.call(item)} ${typeof item}`\nassert.deepEqual(this.input, item)',
      },
      { on: ['foreach-join'], required: true, text: 'this.texts = inputs.map(({ text }) => text)' },
    ],
    check: async (checker) => {
      const end = (await checker.tasks('1')).find(({ step }) => step === 'end')
      expect(end?.artifacts.texts).toEqual([
        ...['[object Number] number', '[object String] string', '[object BigInt] bigint'],
        ...['[object Uint8Array] object', '[object Map] object', '[object Object] object'],
      ])
    },
  },
]
