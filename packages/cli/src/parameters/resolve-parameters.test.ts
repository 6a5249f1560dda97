import { FlowSpec, ParameterDefinition, parameter, readDefinition, type StandardSchema, step } from '@millrace/core-graph'
import { expect, test } from 'vitest'
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
    return `${from}/${path}`
  }) as never

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
  expect(Object.fromEntries(values)).toEqual({ name: 'me', rounds: 1, ratio: 0.1, even: 20, text: '/flow-folder/default.txt' })
})

test("a user's file starts from the working directory", async () => {
  expect((await resolve({ name: typed('me'), text: typed('mine.txt') })).values.get('text')).toBe('/work-folder/mine.txt')
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

test('an option is stronger than its environment variable', () => {
  const environment = { MILLRACE_PARAM_NAME: 'from the environment', MILLRACE_PARAM_RATIO: '0.7' }
  const given = givenParameters(definition, (name) => (name === 'name' ? typed('typed') : undefined), environment)
  expect(Object.fromEntries(given)).toEqual({ name: typed('typed'), ratio: { texts: ['0.7'], origin: 'MILLRACE_PARAM_RATIO' } })
})
