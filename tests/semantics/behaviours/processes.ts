import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { variedShapes } from '../shapes/shapes.ts'
import type { Behaviour } from './behaviour.ts'

/** How tasks share processes. */
export const processBehaviours: readonly Behaviour[] = [
  {
    name: 'with --isolate no two tasks share a process',
    combinations: 6,
    shapes: ['single-linear-step', 'single-and-branch', 'simple-foreach', 'small-parallel', 'switch-in-foreach', 'recursive-switch'],
    header: 'let before = 0',
    fields: 'pid!: number\ndata!: string',
    bodies: [
      { on: ['start'], text: "this.data = 'passed on'\nassert.equal(before++, 0)\nthis.pid = process.pid" },
      { on: ['join'], text: 'assert.equal(before++, 0)\nthis.pid = process.pid\nthis.mergeArtifacts(inputs)' },
      { on: ['all'], text: "assert.equal(before++, 0)\nassert.equal(this.data, 'passed on')\nthis.pid = process.pid" },
    ],
    commands: ({ args }) => [{ args: ['run', '--isolate', ...args] }],
    check: async (checker) => {
      const tasks = await checker.tasks('1')
      expect(new Set(tasks.map(({ artifacts }) => artifacts.pid)).size).toBe(tasks.length)
    },
  },
  {
    name: 'without --isolate tasks run in warm processes, at most --max-workers at a time',
    combinations: 3,
    shapes: ['small-foreach', 'nested-branches', 'recursive-switch'],
    fields: 'pid!: number',
    bodies: [{ on: ['all'], text: 'this.pid = process.pid' }],
    commands: ({ args }) => [{ args: ['run', '--max-workers', '1', ...args] }],
    check: async (checker) => {
      const tasks = await checker.tasks('1')
      expect(new Set(tasks.map(({ artifacts }) => artifacts.pid)).size).toBe(1)
    },
  },
  {
    name: 'the environment of a step is its own',
    combinations: 5,
    shapes: variedShapes,
    fields: 'mode!: string',
    bodies: [
      {
        on: ['start'],
        options: "environment: { FLOW_MODE: 'of start', FLOW_EMPTY: '' }",
        text: 'this.mode = `${process.env.FLOW_MODE}${process.env.FLOW_EMPTY}`',
      },
      { on: ['join', 'singleton'], text: 'this.mode = `${process.env.FLOW_MODE}`' },
      {
        on: ['all'],
        options: ({ step }) => `environment: { FLOW_MODE: 'of ${step.name}' }`,
        text: 'this.mode = `${process.env.FLOW_MODE}`',
      },
    ],
    check: async (checker, { places }) => {
      const own = new Set(places.flatMap(({ step, qualifiers }) => (step.join || qualifiers.has('singleton') ? [] : step.name)))
      for (const { step, artifacts } of await checker.tasks('1'))
        expect(artifacts.mode).toBe(step === 'start' || own.has(step) ? `of ${step}` : 'undefined')
    },
  },
  {
    name: 'the number of the run is in --run-id-file before the first step begins, for run and for resume',
    combinations: 5,
    shapes: variedShapes,
    header: "import { readFileSync } from 'node:fs'",
    bodies: [{ on: ['all'], text: "assert.equal(readFileSync('id.txt', 'utf8').trim(), current.runId)" }],
    commands: ({ args }) => [
      { args: ['run', '--run-id-file', 'id.txt', ...args] },
      { args: ['resume', 'start', '--run-id-file', 'id.txt'] },
    ],
    check: async (checker, { folder }) => {
      expect(readFileSync(join(folder, 'id.txt'), 'utf8')).toBe('2\n')
      expect((await checker.tasks('2')).filter(({ origin }) => origin !== undefined)).toEqual([])
    },
  },
]
