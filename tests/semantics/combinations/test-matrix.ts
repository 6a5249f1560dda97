import { afterAll, describe, expect, it } from 'vitest'
import { behaviours } from '../behaviours/behaviours.ts'
import type { Context } from '../context.ts'
import { shapes } from '../shapes/shapes.ts'
import { combine } from './combination.ts'
import { Workshop } from './flow-folder.ts'
import { runCombination } from './run-combination.ts'

/** Declares a test for each valid combination of a shape and a behaviour, run in `context`; or for a choice of them: one of each behaviour, on all shapes in turn, or of every third behaviour. */
export function testMatrix(context: Context, { choice = 'all' }: { readonly choice?: 'all' | 'each' | 'third' } = {}): void {
  const workshop = new Workshop()
  afterAll(() => workshop[Symbol.dispose]())

  it('there are fifteen shapes', () => {
    expect(new Set(shapes.map(({ name }) => name)).size).toBe(15)
  })

  // Written as loops: it.each would cut the names short.
  for (const behaviour of behaviours) {
    it(`${behaviour.name}: ${behaviour.combinations} combinations`, () => {
      expect(combine(behaviour, shapes)).toHaveLength(behaviour.combinations)
    })
  }

  describe.concurrent(`on ${context.name}`, () => {
    for (const [position, behaviour] of behaviours.entries()) {
      const all = combine(behaviour, shapes)
      if (choice === 'third' && position % 3 !== 0) continue
      const chosen = choice === 'all' ? all : all.slice(position % all.length).slice(0, 1)
      for (const combination of chosen) it(combination.name, () => runCombination(combination, workshop, context))
    }
  })
}
