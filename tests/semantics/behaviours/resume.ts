import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Checker, TaskFacts } from '../checkers/checker.ts'
import { targetsOf } from '../shapes/shape.ts'
import type { Behaviour, FlowCommand, Scene } from './behaviour.ts'

/** A run that fails, and its resume. One worker, so that it is known what has been done when it fails. */
const failThenResume: Behaviour['commands'] = ({ args }): readonly FlowCommand[] => [
  { args: ['run', '--max-workers', '1', ...args], code: 1 },
  { args: ['resume'] },
]

const fields = 'large!: string\nmade!: string\norigin!: string | undefined'
const fails = "if (current.originRunId === undefined) throw new Error('fails the first time')"
const work = `this.made = [current.runId, current.taskId].join('/')
this.origin = current.originRunId`
const start = { on: ['start'], text: `this.large = 'l'.repeat(5_000)\n${work}` } as const
const others = [
  { on: ['join'], text: `this.mergeArtifacts(inputs, { include: ['large'] })\n${work}` },
  { on: ['all'], text: work },
] as const

/** What is run again after a failure, and what is taken over. */
export const resumeBehaviours: readonly Behaviour[] = [
  {
    name: 'after a failure in start, resume runs all',
    combinations: 4,
    shapes: ['single-linear-step', 'nested-branches', 'small-foreach', 'recursive-switch'],
    fields,
    bodies: [{ on: ['start'], text: `${start.text}\n${fails}` }, ...others],
    commands: failThenResume,
    check: async (checker, scene) => {
      const { reused } = await checkResumed(checker, scene)
      expect(reused).toEqual([])
    },
  },
  {
    name: 'after a failure in end, resume runs end alone, and takes over every other task by reference',
    combinations: 15,
    fields,
    bodies: [{ on: ['end'], text: `${work}\n${fails}` }, start, ...others],
    commands: failThenResume,
    check: async (checker, scene) => {
      const { again } = await checkResumed(checker, scene)
      expect(again.map(({ step }) => step)).toEqual(['end'])
      // The one large value of both runs is one blob.
      expect(await scene.keys(`${scene.flow}/blobs`)).toHaveLength(1)
    },
  },
  {
    name: 'resume STEP runs a step that succeeded again, with all that comes after it and nothing else',
    combinations: 4,
    shapes: ['single-linear-step', 'single-and-branch', 'nested-branches', 'switch-in-branch'],
    fields,
    bodies: [start, ...others],
    commands: ({ args }) => [{ args: ['run', ...args] }, { args: ['resume', 'a'] }],
    check: async (checker, scene) => {
      const { again, reused } = await checkResumed(checker, scene, { from: 'a' })
      expect(again.map(({ step }) => step)).toContain('a')
      expect(reused.map(({ step }) => step)).toContain('start')
    },
  },
  {
    name: 'after one item has failed, resume runs this item alone, and the join',
    combinations: 7,
    fields,
    bodies: [
      {
        on: ['takes-item'],
        required: true,
        text: `${work}\nif (this.foreachStack().every(({ index, count }) => index === count - 1)) {\n  ${fails}\n}`,
      },
      start,
      ...others,
    ],
    shapes: [
      ...['simple-foreach', 'small-foreach', 'nested-foreach', 'small-parallel', 'foreach-in-switch', 'switch-in-foreach'],
      'recursive-switch-in-foreach',
    ],
    commands: failThenResume,
    check: async (checker, scene) => {
      const { again, reused } = await checkResumed(checker, scene)
      const targets = scene.places.flatMap(({ step, item }) => (item ? step.name : []))
      const [first = ''] = targets
      expect(again.filter(({ step }) => step === first)).toHaveLength(1)
      expect(reused.filter(({ step }) => step === first)).toHaveLength((scene.way.tasks[first] ?? 0) - 1)
    },
  },
  {
    name: 'after a foreach join has failed, resume takes over all items',
    combinations: 7,
    fields,
    bodies: [{ on: ['foreach-join'], required: true, text: `${others[0].text}\n${fails}` }, start, ...others],
    commands: failThenResume,
    check: async (checker, scene) => {
      const { again } = await checkResumed(checker, scene)
      const joins = scene.places.flatMap(({ step }) => (step.join ? step.name : []))
      expect(new Set(again.map(({ step }) => step))).toEqual(new Set([...joins, 'end']))
    },
  },
  {
    name: 'after the step that fans out has failed, resume runs all items',
    combinations: 7,
    fields,
    bodies: [{ on: ['foreach-split'], required: true, text: `this.large = 'l'.repeat(5_000)\n${work}\n${fails}` }, start, ...others],
    commands: failThenResume,
    check: async (checker, scene) => {
      const { again, reused } = await checkResumed(checker, scene)
      const [split = ''] = scene.places.flatMap(({ step }) => (step.next.kind === 'foreach' ? step.name : []))
      expect(again.map(({ step }) => step)).toContain(split)
      expect(reused.filter(({ step }) => scene.places.some((place) => place.step.name === step && place.within.length > 0))).toEqual([])
    },
  },
  {
    name: 'after a loop has failed in a round, resume keeps the finished rounds',
    combinations: 2,
    fields,
    bodies: [
      { on: ['loop'], required: true, text: `${work}\nif (this.round === (this.input === undefined ? 6 : 4)) {\n  ${fails}\n}` },
      start,
      ...others,
    ],
    commands: failThenResume,
    check: async (checker, scene) => {
      const { again, reused } = await checkResumed(checker, scene)
      const loop = scene.places.find(({ step }) => step.next.kind === 'loop')?.step.name
      const rounds = (tasks: readonly TaskFacts[]): unknown[] =>
        tasks.flatMap(({ step, artifacts }) => (step === loop ? artifacts.round : [])).sort((left, right) => Number(left) - Number(right))
      // Inside the foreach the items have 3, 1 and 5 rounds, and the last fails in its fourth.
      const nested = scene.shape.name === 'recursive-switch-in-foreach'
      expect(rounds(reused)).toEqual(nested ? [1, 1, 1, 2, 2, 3, 3] : [1, 2, 3, 4, 5])
      expect(rounds(again)).toEqual(nested ? [4, 5] : [6, 7, 8, 9, 10])
    },
  },
  {
    name: 'however often a run is resumed, the origin of a task is the one that ran, and the code is that of today',
    combinations: 3,
    shapes: ['single-and-branch', 'simple-foreach', 'recursive-switch'],
    fields,
    bodies: [{ on: ['end'], text: `${work}\nif (current.isRunning) throw new Error('a mistake')` }, start, ...others],
    commands: ({ args }) => [
      { args: ['run', ...args], code: 1 },
      { args: ['resume'], code: 1 },
      {
        args: ['resume'],
        before: (folder) => {
          const file = join(folder, 'flow.ts')
          writeFileSync(file, readFileSync(file, 'utf8').replace("throw new Error('a mistake')", "this.made = 'mended'"))
        },
      },
    ],
    check: async (checker, { flow }) => {
      const [third, second] = [await checker.tasks('3'), await checker.tasks('2')]
      expect(third.find(({ step }) => step === 'end')?.artifacts.made).toBe('mended')
      for (const { step, origin, artifacts } of [...third, ...second]) {
        if (step === 'end') expect(origin).toBeUndefined()
        else expect(origin).toBe(`${flow}/1/${step}/${String(artifacts.made).split('/')[1]}`)
      }
      const [latest, middle, first] = await checker.runs()
      expect([latest?.originRunId, middle?.originRunId, first?.originRunId]).toEqual(['2', '1', undefined])
    },
  },
  {
    name: 'resume keeps the parameters and included files of the origin, whatever has become of the file',
    combinations: 3,
    shapes: ['single-linear-step', 'small-foreach', 'nested-branches'],
    files: { 'note.txt': 'as it was' },
    fields:
      "size = parameter(3)\nnote = includeFile({ default: './note.txt' })\nwhen = parameter.number({ default: () => Math.random() })\nseen!: unknown",
    bodies: [
      { on: ['end'], text: `this.seen = [this.size, this.note, this.when]\n${fails}` },
      { on: ['all'], text: 'this.seen = [this.size, this.note, this.when]' },
    ],
    commands: ({ args }) => [
      { args: ['run', '--size', '4', ...args], code: 1 },
      { args: ['resume'], before: (folder) => writeFileSync(join(folder, 'note.txt'), 'as it is now') },
    ],
    check: async (checker) => {
      const parameters = await checker.parameters('2')
      expect(parameters).toMatchObject({ size: 4, note: 'as it was' })
      for (const { artifacts } of await checker.tasks('2')) expect(artifacts.seen).toEqual([4, 'as it was', parameters.when])
    },
  },
]

interface Resumed {
  readonly reused: readonly TaskFacts[]
  readonly again: readonly TaskFacts[]
}

/** What holds for every run 2 that resumes run 1: all that succeeded there, and does not come after `from`, is taken over once, with its artifacts. */
async function checkResumed(checker: Checker, scene: Scene, { from }: { readonly from?: string } = {}): Promise<Resumed> {
  const [first, second] = [await checker.tasks('1'), await checker.tasks('2')]
  const runAgain = from === undefined ? new Set<string>() : stepsFrom(scene, from)
  const done = first.filter(({ status, step }) => status === 'succeeded' && !runAgain.has(step))
  const reused = second.filter(({ origin }) => origin !== undefined)
  const again = second.filter(({ origin }) => origin === undefined)
  expect(reused.map(({ origin }) => origin).sort()).toEqual(done.map(({ pathspec }) => pathspec).sort())
  for (const { origin, artifacts, step } of reused) {
    const original = first.find(({ pathspec }) => pathspec === origin)
    expect([step, artifacts]).toEqual([original?.step, original?.artifacts])
  }
  for (const { artifacts, task } of again) expect([artifacts.made, artifacts.origin]).toEqual([`2/${task}`, '1'])
  expect((await checker.runs()).map(({ run, status, originRunId }) => [run, status, originRunId])).toEqual([
    ['2', 'succeeded', '1'],
    ['1', from === undefined ? 'failed' : 'succeeded', undefined],
  ])
  return { reused, again }
}

/** A step and all that can come after it. */
function stepsFrom({ places }: Scene, name: string): ReadonlySet<string> {
  const found = new Set([name])
  for (const reached of found)
    for (const { step } of places) if (step.name === reached) for (const target of targetsOf(step.next)) found.add(target)
  return found
}
