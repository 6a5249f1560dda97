import { expect } from 'vitest'
import type { Place } from '../shapes/place.ts'
import type { Behaviour } from './behaviour.ts'

/** An error whose class, code and cause are its own: not trivial to store. */
const unusual = `class Unusual extends Error {
  override name = 'Unusual'
  code = 'E_ODD'
}
const fail = (): never => {
  throw new Unusual(\`attempt \${current.attempt} fails\`, { cause: new RangeError('the reason') })
}`

const first = 'this.index === undefined || this.index === 0'

/** Steps whose failure does not end the run, in the shapes of all: of many items the first alone fails. */
export const failureBehaviours: readonly Behaviour[] = [
  {
    name: 'a failed attempt leaves nothing behind but its error; retry runs the step again, and catch goes on after the last attempt',
    combinations: 15,
    header: unusual,
    fields: `attempts!: number
invisible?: string | undefined
failure?: { name: string; message: string; code?: string }
lastFailure?: Error
untouched = 'from start'`,
    bodies: [
      {
        on: ['start'],
        required: true,
        options: 'retry: 3',
        text: `console.log('attempt', current.attempt)
this.attempts = Number(current.attempt)
if (this.attempts < 3) {
  this.invisible = 'set by an attempt that failed'
  fail()
}`,
      },
      {
        on: ['join'],
        options: 'retry: 2',
        text: `console.log('attempt', current.attempt)
if (Number(current.attempt) < 2) fail()
this.mergeArtifacts(inputs, { include: ['untouched'] })
this.attempts = Number(current.attempt)`,
      },
      {
        on: ['loop'],
        options: 'retry: 2',
        text: `console.log('attempt', current.attempt)
this.attempts = this.round === 1 ? Number(current.attempt) : 2
if (this.attempts < 2) fail()`,
      },
      {
        on: ['split', 'switch'],
        options: 'retry: 2',
        text: `console.log('attempt', current.attempt)
this.attempts = ${first} ? Number(current.attempt) : 2
if (this.attempts < 2) fail()`,
      },
      {
        on: ['end'],
        required: true,
        options: "catch: 'lastFailure'",
        text: `assert.equal(this.untouched, 'from start')
this.invisible = 'set by an attempt that failed'
fail()`,
      },
      {
        on: ['all'],
        options: "retry: 2, catch: 'failure'",
        text: `console.log('attempt', current.attempt)
this.attempts = Number(current.attempt)
this.invisible = 'set by an attempt that failed'
if (${first}) fail()
this.invisible = undefined`,
      },
    ],
    check: async (checker, { places }) => {
      const tasks = await checker.tasks('1')
      const lines = await checker.lines('1')
      const byName = new Map(places.map((place) => [place.step.name, place]))
      for (const { step, task, attempt, artifacts, error } of tasks) {
        expect(artifacts).toMatchObject({ untouched: 'from start' })
        expect(artifacts).not.toHaveProperty('invisible')
        const place = byName.get(step)
        if (!place) throw new Error(`a step that the shape does not have: ${step}`)
        const last = lines.get(`${step}/${task}`)?.at(-1)
        const caught = { name: 'Unusual', code: 'E_ODD', cause: expect.objectContaining({ name: 'RangeError', message: 'the reason' }) }
        if (step === 'end') {
          expect(attempt).toBe(1)
          expect(artifacts.lastFailure).toMatchObject({ ...caught, message: 'attempt 0 fails' })
          expect(error).toMatchObject({ name: 'Unusual', message: 'attempt 0 fails' })
        } else if (artifacts.attempts === 2 && canRetryOnly(place)) {
          expect(last).toBe(`attempt ${attempt}`)
          expect([0, 2]).toContain(attempt)
        } else if (step === 'start') {
          expect([attempt, artifacts.attempts, last]).toEqual([3, 3, 'attempt 3'])
        } else if (attempt > 0) {
          // Attempts 0, 1 and 2 failed; the fourth record is that of the catch, which writes nothing and passes on what the step began with.
          expect(attempt).toBe(3)
          expect(artifacts.failure).toMatchObject({ ...caught, message: 'attempt 2 fails' })
          expect(error?.message).toBe('attempt 2 fails')
          expect(last).toBe('attempt 2')
        } else {
          expect(artifacts).not.toHaveProperty('failure')
          expect([artifacts.attempts, last]).toEqual([0, 'attempt 0'])
        }
      }
      const retried = tasks.filter(({ step }) => step !== 'start' && step !== 'end').filter(({ attempt }) => attempt >= 2)
      expect(retried.length).toBeGreaterThan(0)
    },
  },
  {
    name: 'a start that fails for good and is caught passes on what its field initialisers say',
    combinations: 5,
    header: unusual,
    fields: "constant = 42\nlist = ['a']\nassigned?: string\nfailure?: Error",
    shapes: ['single-linear-step', 'simple-foreach', 'simple-switch', 'nested-foreach', 'recursive-switch'],
    bodies: [
      {
        on: ['start'],
        required: true,
        options: "catch: 'failure'",
        text: "this.constant = 43\nthis.assigned = 'lost'\nif (current.isRunning) fail()",
      },
      { on: ['join'], text: 'this.mergeArtifacts(inputs)' },
      {
        on: ['all'],
        text: "assert.equal(this.constant, 42)\nassert.deepEqual(this.list, ['a'])\nassert.equal(this.assigned, undefined)\nassert.equal(this.failure?.message, 'attempt 0 fails')",
      },
    ],
    check: async (checker) => {
      for (const { artifacts } of await checker.tasks('1'))
        expect(artifacts).toMatchObject({ constant: 42, list: ['a'], failure: { name: 'Unusual', message: 'attempt 0 fails' } })
    },
  },
  {
    name: 'a process that is killed is retried and then caught, and what it wrote is kept',
    combinations: 15,
    fields: 'failure?: { name: string; message: string; code?: string }\nbefore!: string',
    bodies: [
      { on: ['start'], text: "this.before = 'kept'" },
      // The errors name their steps, so branches hold different ones.
      { on: ['join'], text: "this.mergeArtifacts(inputs, { exclude: ['failure'] })" },
      {
        on: ['linear'],
        required: true,
        options: "retry: 1, catch: 'failure'",
        text: `console.log('attempt', current.attempt)
this.before = 'lost'
if (${first}) {
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
}
this.before = 'kept'`,
      },
    ],
    check: async (checker) => {
      const tasks = await checker.tasks('1')
      const lines = await checker.lines('1')
      let killed = 0
      for (const { step, task, attempt, artifacts, error } of tasks) {
        if (step !== 'end') expect(artifacts.before).toBe('kept')
        if (attempt === 0) continue
        killed += 1
        expect(attempt).toBe(2)
        expect(artifacts.failure).toMatchObject({ message: expect.stringContaining('SIGKILL') })
        expect(error?.message).toContain('SIGKILL')
        expect(lines.get(`${step}/${task}`)).toEqual(['attempt 1'])
      }
      expect(killed).toBeGreaterThan(0)
    },
  },
  {
    name: 'a step that is busy for longer than its timeout is ended and caught',
    combinations: 3,
    shapes: ['single-linear-step', 'single-and-branch', 'small-foreach'],
    fields: 'failure?: { name: string; message: string; code?: string }',
    bodies: [
      {
        on: ['step:a', 'step:inner'],
        required: true,
        options: "timeout: '1s', catch: 'failure'",
        text: `console.log('busy')
const busy = true
if (${first}) while (busy);`,
      },
    ],
    check: async (checker) => {
      const tasks = await checker.tasks('1')
      const lines = await checker.lines('1')
      const ended = tasks.filter(({ attempt, step }) => attempt > 0 && step !== 'end')
      expect(ended.length).toBeGreaterThan(0)
      for (const { step, task, artifacts } of ended) {
        expect(artifacts.failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('1 s') })
        expect(lines.get(`${step}/${task}`)).toEqual(['busy'])
      }
    },
  },
  {
    name: 'a step that was busy for longer than its timeout is retried, and then in time',
    combinations: 3,
    shapes: ['single-linear-step', 'single-and-branch', 'small-foreach'],
    fields: 'tries!: number',
    bodies: [
      {
        on: ['step:a', 'step:inner'],
        required: true,
        options: "timeout: '1s', retry: { times: 1, delay: '10ms' }",
        text: `this.tries = Number(current.attempt)
const busy = true
if (current.attempt === 0 && (${first})) while (busy);`,
      },
    ],
    check: async (checker) => {
      const tasks = (await checker.tasks('1')).filter(({ artifacts, attempt }) => artifacts.tries === 1 && attempt === 1)
      expect(tasks.length).toBeGreaterThan(0)
    },
  },
  {
    name: 'an error in end fails the run with exit code 1, and is told with its class, its text and its line',
    combinations: 15,
    fields: 'reached!: string',
    bodies: [
      { on: ['end'], required: true, text: "console.log('nearly')\nif (current.isRunning) throw new RangeError('the end ☠️ fails')" },
    ],
    commands: ({ args }) => [{ args: ['run', ...args], code: 1 }],
    check: async (checker, { ended, flow, way }) => {
      const tasks = await checker.tasks('1')
      const failed = tasks.filter(({ status }) => status !== 'succeeded')
      expect(failed).toMatchObject([
        { step: 'end', status: 'failed', error: { name: 'RangeError', message: 'the end ☠️ fails' }, artifacts: {} },
      ])
      expect(tasks).toHaveLength(Object.values(way.tasks).reduce((sum, count) => sum + count, 0))
      expect(await checker.runs()).toMatchObject([
        { run: '1', status: 'failed', error: { name: 'RangeError', message: 'the end ☠️ fails' } },
      ])
      expect((await checker.lines('1')).get(`end/${failed[0]?.task}`)).toContain('nearly')
      expect(ended[0]?.stderr).toMatch(/Step end failed.*RangeError: the end ☠️ fails.*flow\.ts:\d+/s)
      expect(ended[0]?.stderr).toContain(`1/end/${failed[0]?.task}`)
      expect(flow).not.toBe('')
    },
  },
]

/** Whether the body that retries and has no catch is this step's. */
const canRetryOnly = ({ qualifiers, step }: Place): boolean =>
  step.name !== 'start' && (['join', 'split', 'switch'] as const).some((qualifier) => qualifiers.has(qualifier))
