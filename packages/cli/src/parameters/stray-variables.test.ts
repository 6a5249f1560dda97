import { FlowSpec, parameter, readDefinition, step } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { strayVariables } from './stray-variables.ts'

class Train extends FlowSpec {
  learningRate = parameter(0.1)
  size = parameter(1)
  start = step(() => {})
}

test('a variable that is nearly that of a parameter is told, and one that is like none is not', () => {
  const environment = { MILLRACE_PARAM_LEARNIG_RATE: '1', MILLRACE_PARAM_SIZE: '2', MILLRACE_PARAM_COUNTRIES: 'fi', PATH: '/bin' }
  expect(strayVariables(readDefinition(Train), environment)).toEqual([
    'MILLRACE_PARAM_LEARNIG_RATE is set, and Train has no such parameter. Did you mean MILLRACE_PARAM_LEARNING_RATE?',
  ])
})
