import type { FlowSource } from '../flow-source.ts'
import type { Edge, Edges } from './edges.ts'

/** That steps lead back to themselves only directly, by a switch. Each longer loop that shares no step with another is one problem. */
export function checkCycles({ steps }: FlowSource, edges: Edges): void {
  const ordered = new Set(edges.order)
  const left = new Set([...steps.keys()].filter((name) => !ordered.has(name)))
  for (;;) {
    trim(left, edges)
    const first = left.values().next().value
    if (first === undefined) return
    const cycle = findCycle(first, left, edges)
    const [start] = cycle
    if (!start) return
    const path = [...cycle.map(({ from }) => from), start.from].join(' -> ')
    steps
      .get(start.from)
      ?.report.add(
        'cycle',
        start,
        `The flow has a loop, ${path}, and only a step that names itself in an if may loop. Do the loop's work in one step, or change one of these transitions.`,
      )
    for (const { from } of cycle) left.delete(from)
  }
}

/** Removes what is only behind or before a cycle. */
function trim(left: Set<string>, edges: Edges): void {
  const isInside = (name: string): boolean =>
    (edges.into.get(name) ?? []).some(({ from }) => from !== name && left.has(from)) &&
    (edges.from.get(name) ?? []).some(({ to }) => to !== name && left.has(to))
  const doubtful = [...left]
  for (const name of doubtful) {
    if (!left.has(name) || isInside(name)) continue
    left.delete(name)
    for (const { to } of edges.from.get(name) ?? []) doubtful.push(to)
    for (const { from } of edges.into.get(name) ?? []) doubtful.push(from)
  }
}

/** A cycle within `left`, beginning at its first step in the order of the source. Every step of `left` leads to another of `left`. */
function findCycle(first: string, left: ReadonlySet<string>, edges: Edges): Edge[] {
  const path: Edge[] = []
  const place = new Map<string, number>()
  let current = first
  while (!place.has(current)) {
    place.set(current, path.length)
    const edge = edges.from.get(current)?.find(({ to }) => to !== current && left.has(to))
    if (!edge) return []
    path.push(edge)
    current = edge.to
  }
  const cycle = path.slice(place.get(current))
  const order = [...left]
  const begin = cycle.reduce((best, { from }, index) => (order.indexOf(from) < order.indexOf(cycle[best]?.from ?? from) ? index : best), 0)
  return [...cycle.slice(begin), ...cycle.slice(0, begin)]
}
