import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Place } from '../shapes/place.ts'
import { targetsOf } from '../shapes/shape.ts'
import { shapes, variedShapes } from '../shapes/shapes.ts'
import type { Behaviour, Body, Scene } from './behaviour.ts'

interface Mistake {
  /** What a flow does wrong. */
  readonly name: string
  readonly combinations: number
  readonly body: Omit<Body, 'required' | 'text'> & { readonly text?: Body['text'] }
  readonly fields?: string
  /** What must be said of each step that has the mistake. */
  readonly says: RegExp
  /** The steps of which it is said, where these are not those that have the mistake. */
  readonly said?: readonly string[]
  /** Default: five that differ. */
  readonly shapes?: readonly string[]
  /** Whether the compiler sees it too. */
  readonly rejected?: true
}

const all = shapes.map(({ name }) => name)

const firstTarget = ({ step }: Place): string => targetsOf(step.next)[0] ?? 'end'

const mistakes: readonly Mistake[] = [
  {
    name: 'a step that does not say what comes next',
    combinations: 5,
    body: { on: ['linear'], next: 'console.log(1)' },
    says: /does not say what comes next/,
  },
  {
    name: 'a step with a path that ends without this.next',
    combinations: 5,
    body: { on: ['linear'], next: (place) => `if (current.attempt === 0) this.next(this.${firstTarget(place)})` },
    says: /has a path that ends without this\.next/,
  },
  {
    name: 'a step that goes on to one that does not exist',
    combinations: 5,
    body: { on: ['linear'], next: 'this.next(this.nowhere)' },
    says: /goes to nowhere, and the flow has no such step/,
    rejected: true,
  },
  {
    name: 'a step that goes back to start',
    combinations: 5,
    body: { on: ['linear'], next: 'this.next(this.start)' },
    says: /goes back to start|always goes to itself/,
  },
  {
    name: 'a foreach that leads to a join',
    combinations: 7,
    shapes: all,
    body: { on: ['foreach-split'], next: (place) => `this.next(this.${joinAfter(place)}, { foreach: [1, 2] })` },
    says: /fans out straight into the join/,
    rejected: true,
  },
  {
    name: 'an end that goes on',
    combinations: 5,
    body: { on: ['end'], next: 'this.next(this.start)' },
    says: /Step end is where the flow ends/,
  },
  {
    name: 'a branch or an item that comes to end without a join',
    combinations: 4,
    body: { on: ['inner'], next: 'this.next(this.end)' },
    says: /while the split in step \w+ is still open/,
    said: ['end'],
  },
  {
    name: 'a catch on a step that splits, fans out or chooses',
    combinations: 4,
    body: { on: ['split', 'switch'], options: "catch: 'failure'" },
    fields: 'failure?: Error',
    says: /has catch and (splits|fans out|chooses where to go)/,
  },
  {
    name: 'a retry and a timeout that mean nothing',
    combinations: 5,
    body: { on: ['linear'], options: "retry: -1, timeout: 'soon'" },
    says: /retry -1|timeout of "soon"/,
    rejected: true,
  },
  {
    name: 'a step that assigns a parameter',
    combinations: 5,
    fields: 'readonly size = parameter(3)',
    body: { on: ['linear'], text: 'this.size = 4' },
    says: /assigns the parameter size/,
    rejected: true,
  },
  {
    name: 'a step that reads what no step before it assigns',
    combinations: 5,
    fields: 'colour!: string',
    body: { on: ['linear'], text: 'console.log(this.colour)' },
    says: /reads colour/,
  },
  {
    name: 'a merge in a step that is no join',
    combinations: 5,
    body: { on: ['plain'], text: 'this.mergeArtifacts([])' },
    says: /only a join has branches to merge/,
  },
  {
    name: 'a merge that both includes and excludes',
    combinations: 4,
    fields: "colour = 'red'",
    body: { on: ['join'], text: "this.mergeArtifacts(inputs, { include: ['colour'], exclude: ['colour'] })" },
    says: /both include and exclude/,
  },
  {
    name: 'a join that reads a branch that its split does not have',
    combinations: 4,
    shapes: all,
    fields: "colour = 'red'",
    body: { on: ['static-join'], text: 'console.log(inputs.end.colour)' },
    says: /reads inputs\.end, which is no branch of the split/,
  },
]

/** What is found before anything runs, wherever in a shape it is: one clear error, exit code 2, and nothing stored. */
export const staticErrorBehaviours: readonly Behaviour[] = mistakes.map(
  ({ name, combinations, body, fields, says, said, rejected, shapes: only = variedShapes }): Behaviour => ({
    name: `${name} is refused before anything runs`,
    combinations,
    shapes: only,
    ...(fields === undefined ? {} : { fields }),
    ...(rejected ? { rejected } : {}),
    bodies: [{ text: '', ...body, required: true }],
    commands: ({ args }) => [{ args: ['run', ...args], code: 2 }],
    check: async (_checker, { ended, folder, keys, places }: Scene) => {
      const { stdout, stderr } = ended[0] ?? { stdout: '', stderr: '' }
      const stepAt = stepFinder(readFileSync(join(folder, 'flow.ts'), 'utf8'))
      const told = [...stderr.matchAll(/^flow\.ts:(\d+):\d+: (.*)$/gm)].flatMap(([, line, text = '']) =>
        says.test(text) ? stepAt(Number(line)) : [],
      )
      const wrong = places.filter(({ qualifiers }) => body.on.some((qualifier) => qualifiers.has(qualifier)))
      expect(new Set(told)).toEqual(new Set(said ?? wrong.map(({ step }) => step.name)))
      expect(stdout).toBe('')
      expect(await keys('')).toEqual([])
    },
  }),
)

/** Which step a line, from 1, of a flow's source belongs to. */
function stepFinder(source: string): (line: number) => string {
  const lines = source.split('\n')
  return (line) =>
    lines.slice(0, line).reduce((found, text) => /^ {2}(?:override )?(\w+) = (?:step|join)\(/.exec(text)?.[1] ?? found, 'before any step')
}

/** The join that closes the foreach, by the names that shapes give them. */
function joinAfter({ step }: Place): string {
  const joins: Readonly<Record<string, string>> = {
    foreachSplit: 'foreachJoin',
    parallelSplit: 'parallelJoin',
    splitX: 'joinX',
    splitY: 'joinY',
    splitZ: 'joinZ',
    processItems: 'joinWork',
  }
  return joins[step.name] ?? 'meet'
}
