import { FlowSpec, parameter, readDefinition, step } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { checkParameters } from './check-parameters.ts'

const messages = (flowClass: new () => FlowSpec) => checkParameters(readDefinition(flowClass)).map(({ message }) => message)

test('parameters with names of their own are fine', () => {
  class Fine extends FlowSpec {
    alpha = parameter(1)
    nothing = parameter(true)
    start = step(() => {})
  }
  expect(messages(Fine)).toEqual([])
})

test('a parameter with the name of an option is found in any spelling', () => {
  class Reserved extends FlowSpec {
    maxWorkers = parameter(1)
    tag = parameter('x')
    run_id_file = parameter('x')
    help = parameter('x')
    start = step(() => {})
  }
  expect(messages(Reserved)).toHaveLength(4)
  expect(messages(Reserved)[0]).toBe('The parameter maxWorkers has the name of the option --max-workers of run. Give it another name.')
})

test('two parameters that are the same on the command line are found', () => {
  class Same extends FlowSpec {
    learningRate = parameter(1)
    LEARNING_RATE = parameter(2)
    cache = parameter(true)
    noCache = parameter(true)
    start = step(() => {})
  }
  expect(messages(Same)).toEqual([
    'The parameters learningRate and LEARNING_RATE are the same on the command line, where case and dashes do not count (--learning-rate). Rename one of them.',
    'The parameters cache and noCache are the same on the command line, where case and dashes do not count (--no-cache). Rename one of them.',
  ])
})

test('a stated default of another kind is found, and one that a function makes is not asked for', () => {
  class Wrong extends FlowSpec {
    rounds = parameter.integer({ default: 1.5 })
    names = parameter.string({ separator: ',', default: 'a,b' as never })
    later = parameter.integer({
      default: () => {
        throw new Error('too early')
      },
    })
    start = step(() => {})
  }
  expect(messages(Wrong)).toEqual([
    'The default of rounds is a whole number, and 1.5 is not.',
    "The default of names is a list, and 'a,b' is not.",
  ])
})

test('an empty separator is refused when the flow is read', () => {
  class Empty extends FlowSpec {
    names = parameter.string({ separator: '' })
    start = step(() => {})
  }
  expect(() => readDefinition(Empty)).toThrow('the separator of a list is text of at least one character, and "" is not')
})
