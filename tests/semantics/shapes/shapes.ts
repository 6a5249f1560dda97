import { choosingShapes } from './choosing.ts'
import type { Shape } from './shape.ts'
import { unconditionalShapes } from './unconditional.ts'

/** The fifteen shapes, which are those of Metaflow's own core tests. */
export const shapes: readonly Shape[] = [...unconditionalShapes, ...choosingShapes]
