import type { Behaviour, Body } from '../behaviours/behaviour.ts'
import { type Place, placesOf } from '../shapes/place.ts'
import type { Shape, Way } from '../shapes/shape.ts'

/** A behaviour on a shape, by one way through it, with the body that each step takes. */
export interface Combination {
  readonly name: string
  readonly behaviour: Behaviour
  readonly shape: Shape
  readonly way: Way
  readonly places: readonly Place[]
  /** By step; a step that no body selects is absent. */
  readonly bodies: ReadonlyMap<string, Body>
}

/** The valid combinations of a behaviour with shapes: those in which every required body finds a step. */
export function combine(behaviour: Behaviour, shapes: readonly Shape[]): readonly Combination[] {
  return shapes.flatMap((shape) => {
    if (behaviour.shapes && !behaviour.shapes.includes(shape.name)) return []
    const places = placesOf(shape)
    const bodies = chooseBodies(behaviour, places)
    const used = new Set(bodies.values())
    if (behaviour.bodies.some((body) => body.required && !used.has(body))) return []
    const ways = behaviour.everyWay ? shape.ways : [shape.ways[0]]
    return ways.map((way) => ({
      name: `${shape.name}${shape.ways.length > 1 ? ` (${way.name})` : ''}: ${behaviour.name}`,
      behaviour,
      shape,
      way,
      places,
      bodies,
    }))
  })
}

/** For each step the first of the behaviour's bodies that selects it. */
function chooseBodies({ bodies }: Behaviour, places: readonly Place[]): ReadonlyMap<string, Body> {
  const chosen = new Map<string, Body>()
  for (const { step, qualifiers } of places) {
    const body = bodies.find(({ on }) => on.some((qualifier) => qualifiers.has(qualifier)))
    if (body) chosen.set(step.name, body)
  }
  return chosen
}
