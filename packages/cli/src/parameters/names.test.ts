import { expect, test } from 'vitest'
import { dashedName, environmentName, spellingsOf } from './names.ts'

test.each([
  ['size', 'size', 'MILLRACE_PARAM_SIZE'],
  ['learningRate', 'learning-rate', 'MILLRACE_PARAM_LEARNING_RATE'],
  ['learning_rate', 'learning-rate', 'MILLRACE_PARAM_LEARNING_RATE'],
  ['maxHTTPSize', 'max-http-size', 'MILLRACE_PARAM_MAX_HTTP_SIZE'],
  ['top10', 'top10', 'MILLRACE_PARAM_TOP10'],
  ['_hidden', 'hidden', 'MILLRACE_PARAM_HIDDEN'],
  ['größeMax', 'größe-max', 'MILLRACE_PARAM_GRÖSSE_MAX'],
])('%s is typed --%s and set by %s', (name, dashed, variable) => {
  expect(dashedName(name)).toBe(dashed)
  expect(environmentName(name)).toBe(variable)
  expect(spellingsOf(name)).toContain(dashed)
  expect(spellingsOf(name)).toContain(name)
})
