import { expect, test } from 'vitest'
import { insteadOf } from './instead-of.ts'

test.each([
  ['fti', ['start', 'fit'], undefined, 'Did you mean fit?'],
  ['fti', ['start', 'fit'], 'step', 'Did you mean the step fit?'],
  ['nothing', ['start', 'fit'], undefined, 'There are start, fit.'],
  ['nothing', ['start', 'fit'], 'step', 'There are the steps start, fit.'],
  ['nothing', [], undefined, 'There are none.'],
  ['nothing', [], 'artifact', 'There is no artifact yet.'],
])('a name %o where there are %o leads to what was meant, or to what there is', (name, known, kind, sentence) => {
  expect(insteadOf(name, known, kind)).toBe(sentence)
})
