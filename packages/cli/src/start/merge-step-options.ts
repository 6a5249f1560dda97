import type { Graph, GraphNode, StepOptions } from '@millrace/core-graph'

/**
 * The options of every step, with those of `--with` added where a step lacks them; what the step itself says wins, and of several `--with` the last.
 * `catch` is left out of steps that go on to several tasks or choose, which it cannot stand in for.
 */
export function mergeStepOptions(
  stated: ReadonlyMap<string, StepOptions>,
  added: readonly StepOptions[],
  graph: Graph,
): ReadonlyMap<string, StepOptions> {
  const extra: StepOptions = Object.assign({}, ...added)
  // A step that says batch: true takes what --with batch says of it.
  const batchOf = ({ batch }: StepOptions): StepOptions => (batch === true && extra.batch ? { batch: extra.batch } : {})
  const withoutCatch: StepOptions = Object.fromEntries(Object.entries(extra).filter(([name]) => name !== 'catch'))
  return new Map(
    [...stated].map(([step, options]) => [
      step,
      { ...(canCatch(graph.nodes.get(step)) ? extra : withoutCatch), ...options, ...batchOf(options) },
    ]),
  )
}

const canCatch = (node: GraphNode | undefined): boolean => node?.kind === 'linear' || node?.kind === 'end'
