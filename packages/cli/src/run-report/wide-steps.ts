import type { Graph } from '@millrace/core-graph'

/** The steps that run once for each item of a foreach: its target and those after it, up to and without the join that closes it. */
export function stepsWithin(graph: Graph, target: string): ReadonlySet<string> {
  const within = new Set<string>()
  const visit = (name: string, depth: number): void => {
    const node = graph.nodes.get(name)
    if (!node || within.has(name)) return
    const open = node.join ? depth - 1 : depth
    if (open === 0) return
    within.add(name)
    const next = node.kind === 'split' || node.kind === 'foreach' ? open + 1 : open
    for (const step of node.targets) visit(step, next)
  }
  visit(target, 1)
  return within
}
