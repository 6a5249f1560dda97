import type { Graph, GraphNode } from '@millrace/core-graph'

const graphOf = (nodes: Record<string, [GraphNode['kind'], string[], 'join'?]>): Graph => ({
  flow: 'F',
  nodes: new Map(
    Object.entries(nodes).map(([name, [kind, targets, join]]) => [
      name,
      {
        name,
        kind,
        targets,
        join: join === 'join',
        takesItem: false,
        reads: new Set(),
        inputReads: new Set(),
        writes: new Set(),
        dynamic: false,
      },
    ]),
  ),
})

/** A split within a foreach within a foreach; one of its branches chooses. */
export const nestedGraph: Graph = graphOf({
  start: ['foreach', ['outer']],
  outer: ['foreach', ['inner']],
  inner: ['split', ['left', 'right']],
  left: ['linear', ['meet']],
  right: ['switch', ['right', 'meet']],
  meet: ['linear', ['gather'], 'join'],
  gather: ['linear', ['last'], 'join'],
  last: ['linear', ['end'], 'join'],
  end: ['end', []],
})
