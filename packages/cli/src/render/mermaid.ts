import type { Graph, GraphNode } from '@millrace/core-graph'

const shapes: Record<GraphNode['kind'] | 'join', (name: string) => string> = {
  linear: (name) => `${id(name)}["${name}"]`,
  split: (name) => `${id(name)}["${name}"]`,
  foreach: (name) => `${id(name)}[["${name}"]]`,
  switch: (name) => `${id(name)}{"${name}"}`,
  join: (name) => `${id(name)}(["${name}"])`,
  end: (name) => `${id(name)}(("${name}"))`,
}

// A word such as `end` closes a block in Mermaid, so no step's own name is used as an id.
const id = (name: string): string => `step_${name}`

/** A graph as a Mermaid flowchart. A foreach is a thick arrow, a choice of a switch a dotted one. */
export function formatMermaid(graph: Graph): string {
  const lines = ['flowchart TD']
  for (const node of graph.nodes.values()) lines.push(`  ${shapes[node.join && node.kind !== 'end' ? 'join' : node.kind](node.name)}`)
  for (const { name, kind, targets } of graph.nodes.values()) {
    const arrow = kind === 'foreach' ? '==>|foreach|' : kind === 'switch' ? '-.->' : '-->'
    for (const target of targets) lines.push(`  ${id(name)} ${arrow} ${id(target)}`)
  }
  return lines.join('\n')
}
