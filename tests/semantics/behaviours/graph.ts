import { expect } from 'vitest'
import { targetsOf } from '../shapes/shape.ts'
import type { Behaviour } from './behaviour.ts'

const self = "[current.stepName, current.taskId].join('/')"

/** Which tasks there are, and how they hang together. */
export const graphBehaviours: readonly Behaviour[] = [
  {
    name: "a task's parents are those that it got its artifacts from, in order, and of the steps that lead to it",
    combinations: 15,
    fields: 'self!: string\nfrom!: string[]',
    bodies: [
      { on: ['start'], required: true, text: `this.from = []\nthis.self = ${self}` },
      { on: ['join'], text: `this.from = inputs.map(({ self }) => self)\nthis.self = ${self}` },
      { on: ['all'], text: `this.from = [this.self]\nthis.self = ${self}` },
    ],
    check: async (checker, { places, way }) => {
      const tasks = await checker.tasks('1')
      const leads = (from: string, to: string): boolean =>
        places.some(({ step }) => step.name === from && (targetsOf(step.next).includes(to) || (step.next.kind === 'loop' && from === to)))
      for (const { step, task, artifacts, parents } of tasks) {
        expect(artifacts.self).toBe(`${step}/${task}`)
        expect(parents).toEqual(artifacts.from)
        for (const parent of parents) expect(leads(parent.split('/')[0] ?? '', step), `${parent} leads to ${step}`).toBe(true)
      }
      const children = await checker.children('1')
      for (const { step, task } of tasks) {
        const name = `${step}/${task}`
        const expected = tasks.flatMap((other) => (other.parents.includes(name) ? `${other.step}/${other.task}` : []))
        expect([...(children.get(name) ?? [])].sort()).toEqual(expected.sort())
      }
      // Every task but the last has a child: none is a dead end.
      const withChildren = new Set(tasks.flatMap(({ parents }) => parents))
      expect(tasks.filter(({ step, task }) => !withChildren.has(`${step}/${task}`)).map(({ step }) => step)).toEqual(['end'])
      expect(Object.keys(way.tasks)).toContain('end')
    },
  },
  {
    name: 'only the steps on the chosen way run, each as often as its items and rounds say',
    combinations: 18,
    everyWay: true,
    fields: 'visited: string[] = []',
    bodies: [
      { on: ['join'], text: 'this.visited = inputs.flatMap(({ visited }) => visited)' },
      { on: ['all'], text: ({ step }) => `this.visited.push('${step.name}')` },
    ],
    shapes: [
      ...['simple-switch', 'nested-switch', 'branch-in-switch', 'switch-in-branch', 'foreach-in-switch', 'switch-in-foreach'],
      ...['recursive-switch', 'recursive-switch-in-foreach'],
    ],
    check: async (checker, { way, places }) => {
      const end = (await checker.tasks('1')).find(({ step }) => step === 'end')
      const visited = new Set(end?.artifacts.visited as readonly string[])
      const ran = places.flatMap(({ step }) => (way.tasks[step.name] !== undefined && !step.join ? step.name : []))
      expect(visited).toEqual(new Set(ran))
      if (places.some(({ step }) => step.next.kind === 'loop')) expect(end?.artifacts.round).toBe(way.tasks.loopStep ?? way.tasks.loopBody)
    },
  },
]
