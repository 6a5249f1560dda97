import type { FlowSource } from '../flow-source.ts'
import { type Edges, reachable } from './edges.ts'

/** That `start` leads to every step. Says nothing while a transition is unknown: the step may be what it meant. */
export function checkOrphans({ steps }: FlowSource, edges: Edges): void {
  if (!edges.complete || !steps.has('start')) return
  const reached = reachable(edges, 'start')
  for (const { name, report } of steps.values()) {
    if (reached.has(name)) continue
    report.add(
      'orphan',
      { start: 0 },
      `Step ${name} is never reached from start. Go to it with this.next(this.${name}) in another step, or remove it.`,
    )
  }
}
