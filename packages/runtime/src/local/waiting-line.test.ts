import fc from 'fast-check'
import { expect, it } from 'vitest'
import { WaitingLine } from './waiting-line.ts'

it('behaves as an array does', () => {
  const operation = fc.oneof(
    fc.array(fc.integer(), { maxLength: 3_000 }).map((items) => ({ push: items })),
    fc.nat({ max: 3_000 }).map((count) => ({ shift: count })),
    fc.integer({ min: 2, max: 5 }).map((divisor) => ({ remove: divisor })),
  )
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 20 }), (operations) => {
      const line = new WaitingLine<number>()
      let model: number[] = []
      for (const step of operations) {
        if ('push' in step) {
          line.push(step.push)
          model.push(...step.push)
        } else if ('shift' in step) {
          for (let count = 0; count < step.shift; count += 1) expect(line.shift()).toBe(model.shift())
        } else {
          expect(line.remove((item) => item % step.remove === 0)).toEqual(model.filter((item) => item % step.remove === 0))
          model = model.filter((item) => item % step.remove !== 0)
        }
        expect(line.length).toBe(model.length)
      }
    }),
  )
})
