import { expect } from 'vitest'
import { variedShapes } from '../shapes/shapes.ts'
import type { Behaviour } from './behaviour.ts'

const values = {
  count: 8,
  ratio: 0.5,
  whole: -3,
  text: '刺身 is\nraw',
  on: false,
  off: true,
  names: ['x', 'y'],
  numbers: [1, 2.5],
  tree: { deep: { a: [1, null, 'z'] } },
  fromEnvironment: 'ensō',
}

/** Values that a run starts with. */
export const parameterBehaviours: readonly Behaviour[] = [
  {
    name: 'every kind of parameter has its value in every step, and can be changed in none',
    combinations: 15,
    fields: `count = parameter(7)
ratio = parameter.number({ default: 0.5 })
whole = parameter.integer({ required: true })
text = parameter.string({ default: 'plain' })
on = parameter(true)
off = parameter(false)
names = parameter.string({ separator: ',', default: ['a'] })
numbers = parameter.number({ separator: ';' })
tree = parameter.json<{ deep: { a: unknown[] } }>({ default: { deep: { a: [] } } })
fromEnvironment = parameter.string()
absent = parameter.string()`,
    bodies: [
      {
        on: ['all'],
        required: true,
        text: `assert.deepEqual(
  {
    count: this.count,
    ratio: this.ratio,
    whole: this.whole,
    text: this.text,
    on: this.on,
    off: this.off,
    names: [...this.names],
    numbers: [...(this.numbers ?? [])],
    tree: this.tree,
    fromEnvironment: this.fromEnvironment,
  },
  ${JSON.stringify(values)},
)
assert.equal(this.absent, undefined)
for (const name of ['count', 'tree', 'absent']) assert.throws(() => Reflect.set(this, name, 9) || assert.fail(), TypeError)
assert.throws(() => this.tree.deep.a.push(current.taskId), TypeError)`,
      },
    ],
    commands: ({ args }) => [
      {
        args: [
          ...['run', '--count', '8', '--whole=-3', '--text', values.text, '--no-on', '--off', '--names', 'x,y', '--numbers', '1;2.5'],
          ...['--tree', JSON.stringify(values.tree), ...args],
        ],
        env: { MILLRACE_PARAM_FROM_ENVIRONMENT: values.fromEnvironment },
      },
    ],
    check: async (checker) => {
      expect(await checker.parameters('1')).toMatchObject(values)
      expect(await checker.parameters('1')).not.toHaveProperty('absent')
      for (const { artifacts } of await checker.tasks('1')) expect(Object.keys(artifacts)).not.toContain('count')
    },
  },
  {
    name: 'a default that is a function is called once for the run, and not when the value is given',
    combinations: 5,
    shapes: variedShapes,
    header: "import { randomUUID } from 'node:crypto'",
    fields: `id = parameter.string({ default: () => randomUUID() })
later = parameter.number({ default: async () => 12 })
given = parameter.string({
  default: () => {
    throw new Error('nobody asked for this default')
  },
})
same!: string`,
    bodies: [
      {
        on: ['all'],
        required: true,
        text: `this.same = this.id
assert.match(this.id, /^[0-9a-f-]{36}$/)
assert.equal(this.later, 12)
assert.equal(this.given, 'given')`,
      },
    ],
    commands: ({ args }) => [{ args: ['run', '--given', 'given', ...args] }],
    check: async (checker) => {
      const { id, later } = await checker.parameters('1')
      expect(later).toBe(12)
      for (const { artifacts } of await checker.tasks('1')) expect(artifacts.same).toBe(id)
    },
  },
]
