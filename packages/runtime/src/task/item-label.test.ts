import fc from 'fast-check'
import { expect, it } from 'vitest'
import { itemLabel } from './item-label.ts'

it.each([
  ['Drama', 'Drama'],
  [42, '42'],
  [-0, '0'],
  [10n, '10'],
  [undefined, 'undefined'],
  [null, 'null'],
  [['a', 1], '["a",1]'],
  [{ name: 'x', rows: 3 }, '{name:"x",rows:3}'],
  [new Float64Array(5), 'Float64Array(5)'],
  [new Map([[1, 2]]), 'Map(1)'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a'.repeat(40), `${'a'.repeat(29)}…`],
  [new Array(1e7).fill(0), '[10000000 items]'],
])('%o is %s', (item, label) => {
  expect(itemLabel(item)).toBe(label)
})

it('is at most 30 characters of anything', () => {
  fc.assert(
    fc.property(
      fc.anything({ withMap: true, withTypedArray: true, withNullPrototype: true, withBigInt: true, withDate: true }),
      (item) => itemLabel(item).length <= 30,
    ),
  )
})
