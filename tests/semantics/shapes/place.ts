import { type Shape, type ShapeStep, targetsOf } from './shape.ts'

/** A step and what is known of it from the shape alone. */
export interface Place {
  readonly step: ShapeStep
  /** The open splits at the step, outermost first; a join is outside the split that it closes. */
  readonly within: readonly ('static' | 'foreach')[]
  /** What kind of split a join closes. */
  readonly closes: 'static' | 'foreach' | undefined
  /** The type of the item that its body takes, where a foreach leads to it. */
  readonly item: 'string' | 'number' | undefined
  /** What a behaviour can select it by. */
  readonly qualifiers: ReadonlySet<string>
}

/** Each step of a shape with its place, in the shape's order. */
export function placesOf(shape: Shape): readonly Place[] {
  const byName = new Map(shape.steps.map((step) => [step.name, step]))
  const places = new Map<string, Place>()
  const visit = (name: string, arriving: Place['within'], item: Place['item']): void => {
    const step = byName.get(name)
    if (!step) throw new Error(`The shape ${shape.name} names a step ${name} that it does not have.`)
    if (places.has(name)) return
    const within = step.join ? arriving.slice(0, -1) : arriving
    const closes = step.join ? arriving.at(-1) : undefined
    places.set(name, { step, within, closes, item, qualifiers: qualifiersOf(step, within, closes, item) })
    const { next } = step
    const opened = next.kind === 'foreach' ? ['foreach' as const] : next.kind === 'split' ? ['static' as const] : []
    const items = next.kind === 'foreach' ? (typeof next.items[0] === 'string' ? 'string' : 'number') : undefined
    for (const target of targetsOf(next)) visit(target, [...within, ...opened], items)
  }
  visit('start', [], undefined)
  return shape.steps.map(({ name }) => {
    const place = places.get(name)
    if (!place) throw new Error(`The shape ${shape.name} has a step ${name} that nothing leads to.`)
    return place
  })
}

/**
 * - `all`, and `step:NAME`
 * - `start`, `end`
 * - by where it goes: `linear` (`plain` if it is no join), `static-split`, `foreach-split`, `split` (either), `switch` (a loop too), `loop`
 * - `join`, `static-join`, `foreach-join`; a join is also one of those before
 * - `singleton`: in no split; `inner`: in some; `branch`: the innermost is static; `foreach-inner`: it is a foreach
 * - `takes-item`: a foreach leads to it
 */
function qualifiersOf({ name, join, next }: ShapeStep, within: Place['within'], closes: Place['closes'], item: Place['item']): Set<string> {
  const qualifiers = new Set(['all', `step:${name}`])
  if (name === 'start' || name === 'end') qualifiers.add(name)
  if (next.kind === 'linear') qualifiers.add('linear')
  if (next.kind === 'linear' && !join) qualifiers.add('plain')
  if (next.kind === 'split') qualifiers.add('static-split').add('split')
  if (next.kind === 'foreach') qualifiers.add('foreach-split').add('split')
  if (next.kind === 'switch') qualifiers.add('switch')
  if (next.kind === 'loop') qualifiers.add('switch').add('loop')
  if (join) qualifiers.add('join').add(`${closes}-join`)
  if (within.length === 0) qualifiers.add('singleton')
  else qualifiers.add('inner').add(within.at(-1) === 'static' ? 'branch' : 'foreach-inner')
  if (item) qualifiers.add('takes-item')
  return qualifiers
}
