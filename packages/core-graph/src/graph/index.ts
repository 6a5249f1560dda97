export { checkFlow } from './check-flow.ts'
export type { Graph, GraphNode, Problem } from './graph.ts'
export { type CheckedGraph, readGraph } from './read-graph.ts'
