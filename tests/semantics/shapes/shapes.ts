import { choosingShapes } from './choosing.ts'
import type { Shape } from './shape.ts'
import { unconditionalShapes } from './unconditional.ts'

/** The fifteen shapes, which are those of Metaflow's own core tests. */
export const shapes: readonly Shape[] = [...unconditionalShapes, ...choosingShapes]

/** Five shapes in which every kind of step is found: enough for a mistake that does not depend on the shape. */
export const variedShapes: readonly string[] = [
  'single-linear-step',
  'nested-branches',
  'simple-foreach',
  'switch-in-branch',
  'recursive-switch-in-foreach',
]
