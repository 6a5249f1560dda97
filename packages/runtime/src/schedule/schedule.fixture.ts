import type { ArtifactRef, Graph, GraphNode, TaskRecord, Transition } from '@millrace/core-graph'
import type { PlannedTask } from './schedule.ts'

/** A ref that is as good as any. */
export const anyRef: ArtifactRef = { sha256: 'a'.repeat(64), sizeBytes: 1, inline: 'AA==' }

/** A step that reads and writes nothing. */
export function node(name: string, kind: GraphNode['kind'], targets: readonly string[], join = false): GraphNode {
  return { name, kind, join, takesItem: false, targets, reads: new Set(), inputReads: new Set(), writes: new Set(), dynamic: false }
}

/** A graph of these steps. */
export function graphOf(...nodes: GraphNode[]): Graph {
  return { flow: 'Test', nodes: new Map(nodes.map((each) => [each.name, each])) }
}

/** Three foreaches in each other's items. */
export const nestedGraph: Graph = graphOf(
  node('start', 'foreach', ['outer']),
  node('outer', 'foreach', ['inner']),
  node('inner', 'linear', ['joinInner']),
  node('joinInner', 'linear', ['joinOuter'], true),
  node('joinOuter', 'linear', ['end'], true),
  node('end', 'end', []),
)

/** The record of a planned task that succeeded and went this way. */
export function recordOf(task: PlannedTask, transition: Transition | undefined): TaskRecord {
  return {
    version: 1,
    flow: 'Test',
    run: '1',
    step: task.node.name,
    task: task.task,
    attempt: task.attempt,
    status: 'succeeded',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:01.000Z',
    artifacts: {},
    parents: task.inputs.map((input) => `${input.step}/${input.task}`),
    frames: task.frames,
    ...(transition ? { transition } : {}),
  }
}
