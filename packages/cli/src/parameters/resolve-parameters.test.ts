import { FileContent, FlowSpec, ParameterDefinition, parameter, readDefinition, type StandardSchema, step } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type GivenTexts, givenParameters, resolveParameters } from './resolve-parameters.ts'

const folders = { workingDirectory: '/work-folder', flowFolder: '/flow-folder' }
let calls = 0
const even: StandardSchema<number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) =>
      Number(value) % 2 === 0 ? { value: Number(value) * 10 } : { issues: [{ message: 'must be even', path: ['a', { key: 0 }] }] },
  },
}
const file = (options: object): never =>
  new ParameterDefinition('file', options, async ({ path, from }) => {
    if (path === 'gone') throw new Error('there is no such file')
    const bytes = Buffer.from(`content of ${path}`)
    return new FileContent({
      path: `${from}/${path}`,
      encoding: 'utf8',
      sizeBytes: bytes.length,
      open: async function* () {
        yield bytes
      },
    })
  }) as never
const pathOf = (value: unknown): string | undefined => (FileContent.is(value) ? value.path : undefined)

class Sample extends FlowSpec {
  name = parameter.string({ required: true, help: 'Whose' })
  rounds = parameter.integer({ default: () => (calls += 1) })
  ratio = parameter(0.5)
  even = parameter.number({ default: 2, schema: even })
  text = file({ default: 'default.txt' })
  extra = parameter.string()
  start = step(() => {})
}
const definition = readDefinition(Sample)
const resolve = (given: Record<string, GivenTexts>) => resolveParameters(definition, new Map(Object.entries(given)), folders)
const typed = (text: string): GivenTexts => ({ texts: [text], origin: '--option' })

test('what is given wins, defaults fill the rest, functions are called once and absent ones stay out', async () => {
  calls = 0
  const { values, problems } = await resolve({ name: typed('me'), ratio: typed('0.1') })
  expect(problems).toEqual([])
  const { text, ...rest } = Object.fromEntries(values)
  expect(rest).toEqual({ name: 'me', rounds: 1, ratio: 0.1, even: 20 })
  expect(pathOf(text)).toBe('/flow-folder/default.txt')
})

test("a user's file starts from the working directory", async () => {
  const { values } = await resolve({ name: typed('me'), text: typed('mine.txt') })
  expect(pathOf(values.get('text'))).toBe('/work-folder/mine.txt')
})

test('everything that is wrong is told at once, in the order of the fields', async () => {
  const { problems } = await resolve({ rounds: typed('x'), even: typed('3'), text: typed('gone') })
  expect(problems).toEqual([
    '--name is missing (Whose). Give it, or set MILLRACE_PARAM_NAME.',
    '--option is a whole number, and "x" is not.',
    '--option at a.0: must be even',
    '--option: there is no such file',
  ])
})

test('a default function that fails is told with its parameter', async () => {
  class Failing extends FlowSpec {
    size = parameter.number({
      default: () => {
        throw new Error('no luck')
      },
    })
    start = step(() => {})
  }
  const { problems } = await resolveParameters(readDefinition(Failing), new Map(), folders)
  expect(problems).toEqual(['The function that makes the default of size failed: no luck'])
})

test('a default function that gives another kind is told', async () => {
  class Wrong extends FlowSpec {
    rounds = parameter.integer({ default: () => JSON.parse('1.5') })
    start = step(() => {})
  }
  const { problems } = await resolveParameters(readDefinition(Wrong), new Map(), folders)
  expect(problems).toEqual(['The default of rounds is a whole number, and 1.5 is not.'])
})

test('a schema changes the type of what is given and of the default, and never sees what is absent', async () => {
  const seen: unknown[] = []
  const day = z.iso.date().transform((text) => {
    seen.push(text)
    return new Date(text)
  })
  class Days extends FlowSpec {
    from = parameter.string({ required: true, schema: day })
    to = parameter.string({ default: '2026-12-31', schema: day })
    absent = parameter.string({ schema: day })
    text = file({ default: 'numbers', schema: z.string().transform((text) => text.length) })
    start = step(() => {})
  }
  const { values, problems } = await resolveParameters(readDefinition(Days), new Map([['from', typed('2026-11-23')]]), folders)
  expect(problems).toEqual([])
  expect([...values]).toEqual([
    ['from', new Date('2026-11-23')],
    ['to', new Date('2026-12-31')],
    ['text', 'content of numbers'.length],
  ])
  expect(seen).toEqual(['2026-11-23', '2026-12-31'])
})

test('variables set switches and lists, and an empty one is text, an empty list or a mistake', async () => {
  class Kinds extends FlowSpec {
    fast = parameter(true)
    names = parameter.string({ separator: ',', default: ['x'] })
    sizes = parameter.integer({ separator: ' ', default: [1] })
    note = parameter('note')
    count = parameter(1)
    start = step(() => {})
  }
  const kinds = readDefinition(Kinds)
  const withVariables = (environment: NodeJS.ProcessEnv): ReturnType<typeof resolveParameters> =>
    resolveParameters(
      kinds,
      givenParameters(kinds, () => undefined, environment),
      folders,
    )
  const full = await withVariables({ MILLRACE_PARAM_FAST: 'no', MILLRACE_PARAM_NAMES: 'a,b', MILLRACE_PARAM_SIZES: '3 4' })
  expect(Object.fromEntries(full.values)).toEqual({ fast: false, names: ['a', 'b'], sizes: [3, 4], note: 'note', count: 1 })
  const empty = await withVariables({
    MILLRACE_PARAM_FAST: '',
    MILLRACE_PARAM_NAMES: '',
    MILLRACE_PARAM_SIZES: '',
    MILLRACE_PARAM_NOTE: '',
    MILLRACE_PARAM_COUNT: '',
  })
  expect(Object.fromEntries(empty.values)).toEqual({ names: [], sizes: [], note: '' })
  expect(empty.problems).toEqual([
    'MILLRACE_PARAM_FAST is true or false, and "" is not. Unset the variable to leave the parameter out.',
    'MILLRACE_PARAM_COUNT is a number, and "" is not. Unset the variable to leave the parameter out.',
  ])
})

test('an option is stronger than its environment variable', () => {
  const environment = { MILLRACE_PARAM_NAME: 'from the environment', MILLRACE_PARAM_RATIO: '0.7' }
  const given = givenParameters(definition, (name) => (name === 'name' ? typed('typed') : undefined), environment)
  expect(Object.fromEntries(given)).toEqual({ name: typed('typed'), ratio: { texts: ['0.7'], origin: 'MILLRACE_PARAM_RATIO' } })
})
