import { nearest } from '../../nearest.ts'
import type { FlowSource } from '../flow-source.ts'

/** One way from a step to another. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly kind: 'plain' | 'split' | 'foreach'
  /** For a split: the place among the arguments of `this.next`. */
  readonly branch: number
  /** How many branches the split has in the source. */
  readonly count: number
  /** The place of the `this.next`. */
  readonly start: number
}

/** A flow's steps as an order and ways between them. */
export interface Edges {
  readonly from: ReadonlyMap<string, readonly Edge[]>
  readonly into: ReadonlyMap<string, readonly Edge[]>
  /** Those that lead back to `start`, which is refused: they are not among the others. */
  readonly toStart: readonly Edge[]
  /** Whether every transition is known. Where not, a check must not conclude from one that seems to be missing. */
  readonly complete: boolean
  /** Steps in an order in which each comes after all that lead to it; those on or behind a longer cycle are missing. */
  readonly order: readonly string[]
}

/** The ways between a flow's steps. A mistyped target counts as the step that was meant, so that one mistake is one problem. */
export function readEdges({ steps }: FlowSource): Edges {
  const from = new Map<string, Edge[]>([...steps.keys()].map((name) => [name, []]))
  const into = new Map<string, Edge[]>([...steps.keys()].map((name) => [name, []]))
  const toStart: Edge[] = []
  let complete = true
  for (const [name, step] of steps) {
    if (!step.paths.readable || (step.paths.withoutNext !== 'none' && name !== 'end')) complete = false
    const seen = new Set<string>()
    for (const { targets, foreach, start } of step.paths.calls) {
      const kind = foreach ? 'foreach' : targets.length > 1 ? 'split' : 'plain'
      for (const [branch, target] of targets.entries()) {
        const to = steps.has(target.name) ? target.name : nearest(target.name, steps.keys())
        if (to === undefined || targets.findIndex((other) => other.name === target.name) < branch) {
          complete = false
          continue
        }
        if (seen.has(`${to} ${kind} ${branch}`)) continue
        seen.add(`${to} ${kind} ${branch}`)
        const edge: Edge = { from: name, to, kind, branch, count: targets.length, start }
        if (to === 'start' && name !== 'start') toStart.push(edge)
        else {
          from.get(name)?.push(edge)
          into.get(to)?.push(edge)
        }
      }
    }
  }
  return { from, into, toStart, complete: complete && toStart.length === 0, order: topological(from, into) }
}

function topological(from: ReadonlyMap<string, readonly Edge[]>, into: ReadonlyMap<string, readonly Edge[]>): string[] {
  const waiting = new Map([...into].map(([name, edges]) => [name, edges.filter((edge) => edge.from !== name).length]))
  const order = [...waiting].filter(([, count]) => count === 0).map(([name]) => name)
  for (const name of order) {
    for (const { to } of from.get(name) ?? []) {
      if (to === name) continue
      const left = (waiting.get(to) ?? 0) - 1
      waiting.set(to, left)
      if (left === 0) order.push(to)
    }
  }
  return order
}

/** The steps that `start` leads to, itself among them. */
export function reachable({ from }: Edges, start: string): ReadonlySet<string> {
  const reached = new Set([start])
  for (const name of reached) for (const { to } of from.get(name) ?? []) reached.add(to)
  return reached
}
