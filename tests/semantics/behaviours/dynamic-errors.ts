import { expect } from 'vitest'
import { targetsOf } from '../shapes/shape.ts'
import { shapes as allShapes, variedShapes } from '../shapes/shapes.ts'
import type { Behaviour, Body } from './behaviour.ts'

interface Mistake {
  readonly name: string
  readonly combinations: number
  readonly body: Omit<Body, 'required' | 'text'> & { readonly text?: Body['text'] }
  /** What other steps do. */
  readonly others?: readonly Body[]
  readonly header?: string
  readonly fields?: string
  readonly items?: Behaviour['items']
  /** Default: five that differ. */
  readonly shapes?: readonly string[]
  readonly args?: readonly string[]
  /** What must be said. */
  readonly says: RegExp
}

const all = allShapes.map(({ name }) => name)

const mistakes: readonly Mistake[] = [
  {
    name: 'a step that goes on twice',
    combinations: 5,
    body: {
      on: ['linear'],
      next: ({ step }) => `for (const turn of [1, 2]) {\n  if (turn > 0) this.next(this.${targetsOf(step.next)[0]})\n}`,
    },
    says: /called this\.next twice/,
  },
  {
    name: 'a step that goes on nowhere',
    combinations: 5,
    body: {
      on: ['linear'],
      next: ({ step }) => `for (const turn of [] as number[]) {\n  if (turn > 0) this.next(this.${targetsOf(step.next)[0]})\n}`,
    },
    says: /ended without calling this\.next/,
  },
  {
    name: 'a foreach over nothing',
    combinations: 7,
    shapes: all,
    fields: 'nothing!: never[]',
    body: { on: ['foreach-split'], text: 'this.nothing = []' },
    items: () => 'this.nothing',
    says: /this\.nothing is empty/,
  },
  {
    name: 'a foreach over what is no list',
    combinations: 7,
    shapes: all,
    header: 'const notIterable = 7 as never',
    body: { on: ['foreach-split'] },
    items: () => 'notIterable',
    says: /goes over a number, which is not a list of items/,
  },
  {
    name: 'a foreach over more than --max-num-splits',
    combinations: 7,
    shapes: all,
    body: { on: ['foreach-split'] },
    args: ['--max-num-splits', '1'],
    says: /more than 1 items.*--max-num-splits/s,
  },
  {
    name: 'an artifact that cannot be stored',
    combinations: 5,
    fields: 'model!: unknown',
    body: { on: ['linear'], text: 'this.model = { layers: [1, { activation: () => 0 }] }' },
    says: /model\.layers\[1\]\.activation is a function/,
  },
  {
    name: 'a merge of what differs',
    combinations: 11,
    shapes: all,
    fields: 'one!: string\ntwo!: string\nsame!: string',
    body: { on: ['join'], text: 'this.mergeArtifacts(inputs)' },
    others: [
      { on: ['start'], text: "this.one = 'a'\nthis.two = 'b'\nthis.same = 'c'" },
      { on: ['inner'], text: 'this.one = String(current.taskId)\nthis.two = String(current.taskId)' },
    ],
    says: /Could not merge the artifacts (one, two|two, one)/,
  },
  {
    name: 'an error that a step throws, with its cause,',
    combinations: 5,
    body: { on: ['linear'], text: "if (current.isRunning) throw new RangeError('out of range', { cause: new TypeError('the cause') })" },
    says: /RangeError: out of range.*flow\.ts:\d+/s,
  },
  {
    name: 'an error that a join throws',
    combinations: 11,
    shapes: all,
    body: { on: ['join'], text: 'if (inputs.length > 0) throw new RangeError(`out of ${inputs.length}`)' },
    says: /RangeError: out of \d.*flow\.ts:\d+/s,
  },
  {
    name: 'an error that the last of several items or branches throws',
    combinations: 11,
    shapes: all,
    body: {
      on: ['inner'],
      text: ({ step, within }) =>
        within.at(-1) === 'static'
          ? `if (current.isRunning) throw new RangeError('${step.name}')`
          : "if (this.foreachStack().every(({ index, count }) => index === count - 1)) throw new RangeError('the last')",
    },
    says: /RangeError: \w+.*flow\.ts:\d+/s,
  },
  {
    name: 'a promise that a step has left behind, and that rejects,',
    combinations: 5,
    body: { on: ['linear'], text: "void Promise.reject(new RangeError('nobody awaited this'))" },
    says: /nobody awaited this/,
  },
  {
    name: 'a step that awaits what never comes',
    combinations: 5,
    body: { on: ['linear'], text: 'if (current.isRunning) await new Promise(() => {})' },
    says: /never settled/,
  },
  {
    name: 'a step that leaves its process',
    combinations: 5,
    body: { on: ['linear'], text: 'if (current.isRunning) process.exit(0)' },
    says: /exited with code 0 before the step ended/,
  },
  {
    name: 'a process that aborts',
    combinations: 3,
    shapes: ['single-linear-step', 'simple-foreach', 'nested-branches'],
    body: { on: ['linear'], text: 'process.abort()' },
    says: /killed by SIGABRT/,
  },
]

/** What only a run can find out: it ends with exit code 1, a failed task, and one error that says which. */
export const dynamicErrorBehaviours: readonly Behaviour[] = mistakes.map(
  ({ name, combinations, body, others = [], header, fields, items, shapes = variedShapes, args = [], says }): Behaviour => ({
    name: `${name} fails the run, and the error says why`,
    combinations,
    ...(header === undefined ? {} : { header }),
    ...(fields === undefined ? {} : { fields }),
    ...(items === undefined ? {} : { items }),
    shapes,
    bodies: [{ text: '', ...body, required: true }, ...others],
    commands: (way) => [{ args: ['run', ...args, ...way.args], code: 1 }],
    check: async (checker, { ended }) => {
      const { stderr } = ended[0] ?? { stderr: '' }
      expect(stderr).toMatch(says)
      const failed = (await checker.tasks('1')).filter(({ status }) => status === 'failed')
      const told = failed.filter(({ step, task }) => stderr.includes(`Step ${step} failed, in the task 1/${step}/${task}:`))
      expect(told).toHaveLength(1)
      const text = `${told[0]?.error?.name}: ${told[0]?.error?.message}`
      expect(`${text} flow.ts:1`).toMatch(says)
      // What a failed attempt has assigned is not there.
      for (const { artifacts } of failed) expect(artifacts).toEqual({})
      expect(stderr).toContain('resume')
    },
  }),
)
