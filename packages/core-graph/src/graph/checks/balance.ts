import type { FlowSource, StepSource } from '../flow-source.ts'
import type { Edge, Edges } from './edges.ts'

/** A split that is open at a step: which branch of it the step is in, and what was open before. */
interface Frame {
  readonly split: string
  readonly branch: number
  readonly count: number
  readonly foreach: boolean
  readonly outer: Open
}

/** The open splits at a step, innermost first: `none`, or `unknown` after a problem, about which nothing more is said. */
type Open = Frame | 'none' | 'unknown'

/** How a join closes a split. */
export interface Closing {
  readonly split: string
  readonly foreach: boolean
  /** For each step that leads into the join, the branches that it can be in. */
  readonly arrivals: ReadonlyMap<string, ReadonlySet<number>>
}

/** That splits and joins are well nested. Returns the split that each sound join closes. */
export function checkBalance(flow: FlowSource, edges: Edges): ReadonlyMap<string, Closing> {
  const open = new Map<string, Open>()
  const closings = new Map<string, Closing>()
  const frames = new Map<Open, Map<string, Frame>>()
  const after = (edge: Edge): Open => {
    const outer = open.get(edge.from) ?? 'unknown'
    if (edge.kind === 'plain' || outer === 'unknown') return outer
    const siblings = frames.get(outer) ?? new Map<string, Frame>()
    frames.set(outer, siblings)
    const key = `${edge.branch} ${edge.from}`
    const frame = siblings.get(key) ?? { split: edge.from, branch: edge.branch, count: edge.count, foreach: edge.kind === 'foreach', outer }
    siblings.set(key, frame)
    return frame
  }
  for (const name of edges.order) {
    const step = flow.steps.get(name)
    if (!step) continue
    const arrivals = (edges.into.get(name) ?? [])
      .filter(({ from }) => from !== name)
      .map((edge) => ({ from: edge.from, open: after(edge) }))
    const known = arrivals.filter((arrival): arrival is Arrival => arrival.open !== 'unknown')
    if (name === 'start') open.set(name, 'none')
    else if (known.length === 0) open.set(name, 'unknown')
    else if (step.definition.kind === 'join')
      open.set(name, closeSplit(step, known, edges.complete && known.length === arrivals.length, flow, closings))
    else open.set(name, passOn(step, known))
  }
  checkSingleJoin(flow, closings)
  return closings
}

interface Arrival {
  readonly from: string
  readonly open: Frame | 'none'
}

const namesOf = (arrivals: readonly Arrival[]): string => [...new Set(arrivals.map(({ from }) => from))].join(', ')

/** A plain step: every way into it must be in the same branches. */
function passOn({ name, report }: StepSource, arrivals: readonly Arrival[]): Open {
  const [first] = arrivals
  const other = arrivals.find((arrival) => arrival.open !== first?.open)
  if (!first) return 'unknown'
  const split = first.open !== 'none' ? first.open.split : other && other.open !== 'none' ? other.open.split : undefined
  if (name === 'end' && split !== undefined) {
    report.add(
      'unjoined-split',
      { start: 0 },
      `The flow comes to its end from ${namesOf(arrivals)} while the split in step ${split} is still open. Put a join before end: gather = join((inputs) => { ...; this.next(this.end) }).`,
    )
    return 'unknown'
  }
  if (!other) return first.open
  const siblings =
    first.open !== 'none' && other.open !== 'none' && first.open.split === other.open.split && first.open.outer === other.open.outer
  report.add(
    'needs-join',
    { start: 0 },
    siblings
      ? `Step ${name} is reached by several branches of the split in step ${split}, from ${namesOf(arrivals)}, and it is no join. Make it one: ${name} = join((inputs) => { ... }).`
      : `Step ${name} is reached from ${first.from} and from ${other.from}, which are not in the same branches of the split in step ${split}. Join that split before ${name}.`,
  )
  return 'unknown'
}

/** A join: what leads into it must be all the branches of one split. */
function closeSplit(
  { name, report }: StepSource,
  arrivals: readonly Arrival[],
  complete: boolean,
  flow: FlowSource,
  closings: Map<string, Closing>,
): Open {
  const inside = arrivals.filter((arrival): arrival is Arrival & { readonly open: Frame } => arrival.open !== 'none')
  const [first] = inside
  if (!first) {
    report.add(
      'join-without-split',
      { start: 0 },
      `The join ${name} is reached from ${namesOf(arrivals)}, where no split is open, so it has nothing to join. Make it a step, or split before it.`,
    )
    return 'none'
  }
  const { split, outer, foreach, count } = first.open
  const unrelated = arrivals.find(({ open }) => open === 'none' || open.split !== split || open.outer !== outer)
  if (unrelated) {
    const where = unrelated.open === 'none' ? 'where no split is open' : `which is in the split of step ${unrelated.open.split}`
    report.add(
      'unrelated-splits',
      { start: 0 },
      `The join ${name} is reached from ${first.from}, which is in the split of step ${split}, and from ${unrelated.from}, ${where}. Join each split by itself, the inner one first.`,
    )
    return 'unknown'
  }
  const branches = new Set(inside.map(({ open }) => open.branch))
  if (!foreach && complete && branches.size < count) {
    const targets = flow.graph.nodes.get(split)?.targets ?? []
    const missing = targets.filter((_, index) => !branches.has(index))
    report.add(
      'join-paths',
      { start: 0 },
      `The join ${name} closes the split in step ${split}, which has ${count} branches, and only ${branches.size} of them lead to it. Let the branch${missing.length === 1 ? '' : 'es'} that begin${missing.length === 1 ? 's' : ''} with ${missing.join(', ')} go to ${name} too.`,
    )
    return outer
  }
  const arrived = new Map<string, Set<number>>()
  for (const { from, open } of inside) arrived.set(from, (arrived.get(from) ?? new Set()).add(open.branch))
  closings.set(name, { split, foreach, arrivals: arrived })
  return outer
}

/** Where branches of one split choose between two joins, some would wait in each for ever. */
function checkSingleJoin({ steps }: FlowSource, closings: ReadonlyMap<string, Closing>): void {
  const joins = new Map<string, string>()
  for (const [join, { split }] of closings) {
    const other = joins.get(split)
    if (other === undefined) joins.set(split, join)
    else
      steps
        .get(join)
        ?.report.add(
          'several-joins',
          { start: 0 },
          `The joins ${other} and ${join} both close the split in step ${split}, and its branches could wait in each for the others. Let all of them go to the same join.`,
        )
  }
}
