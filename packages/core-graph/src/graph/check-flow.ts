import type { FlowDefinition } from '../flow/definition.ts'
import { checkAssignments } from './checks/assignments.ts'
import { findAvailability } from './checks/availability.ts'
import { checkBalance } from './checks/balance.ts'
import { checkBodies } from './checks/bodies.ts'
import { checkCycles } from './checks/cycles.ts'
import { readEdges } from './checks/edges.ts'
import { checkEnds } from './checks/ends.ts'
import { checkJoinInputs } from './checks/join-inputs.ts'
import { checkNames } from './checks/names.ts'
import { checkOptions } from './checks/options.ts'
import { checkOrphans } from './checks/orphans.ts'
import { checkReads } from './checks/reads.ts'
import { checkTargets } from './checks/targets.ts'
import { readFlow } from './flow-source.ts'
import type { CheckedGraph } from './read-graph.ts'

/**
 * Reads a flow's graph and finds everything that can be known to be wrong with it, all at once, in the order of the source. Nothing of the flow runs.
 * The time is linear in its source and its transitions.
 *
 * The rules are Metaflow's (`lint.py`) where they have a meaning here, and those of the flow language: what is read was assigned, a branch exists, a path goes on.
 */
export function checkFlow(definition: FlowDefinition): CheckedGraph {
  const flow = readFlow(definition)
  const edges = readEdges(flow)
  checkNames(flow)
  checkBodies(flow)
  checkEnds(flow, edges)
  checkTargets(flow)
  checkCycles(flow, edges)
  checkOrphans(flow, edges)
  const closings = checkBalance(flow, edges)
  const availability = findAvailability(flow, edges)
  checkReads(flow, availability)
  checkAssignments(flow, availability)
  checkJoinInputs(flow, edges, closings, availability)
  checkOptions(flow)
  return { graph: flow.graph, problems: flow.problems.inOrder([...definition.steps.keys()]) }
}
