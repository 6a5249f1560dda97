import { nearest } from '../../nearest.ts'
import type { FlowSource, StepSource } from '../flow-source.ts'
import type { InputRead } from '../inputs/input-uses.ts'
import type { Availability } from './availability.ts'
import type { Closing } from './balance.ts'
import type { Edges } from './edges.ts'

/** That a join names only branches that its split has, and reads from each only what is assigned there. */
export function checkJoinInputs(flow: FlowSource, edges: Edges, closings: ReadonlyMap<string, Closing>, availability: Availability): void {
  for (const step of flow.steps.values()) {
    const closing = closings.get(step.name)
    for (const branch of step.inputs?.branches ?? []) if (closing) checkBranch(flow, step, closing, branch)
    for (const read of step.inputs?.reads ?? []) checkRead(flow, step, edges, closing, availability, read)
  }
}

/** A branch goes by its first step, and by the step that leads from it into the join. */
function checkBranch(flow: FlowSource, { name, report }: StepSource, closing: Closing, branch: { name: string; start: number }): void {
  if (closing.foreach) {
    report.add(
      'unknown-branch',
      branch,
      `The join ${name} reads inputs.${branch.name}, and the branches of the foreach in step ${closing.split} have no names. Use inputs[0], a loop, or inputs.map(...).`,
    )
    return
  }
  const names = branchNames(flow, closing)
  if (names.includes(branch.name)) return
  const found = nearest(branch.name, names)
  report.add(
    'unknown-branch',
    branch,
    `The join ${name} reads inputs.${branch.name}, which is no branch of the split in step ${closing.split}. ${found === undefined ? `Its branches are ${names.join(', ')}.` : `Did you mean inputs.${found}?`}`,
  )
}

const branchNames = ({ graph }: FlowSource, { split, arrivals }: Closing): string[] => [
  ...new Set([...(graph.nodes.get(split)?.targets ?? []), ...arrivals.keys()]),
]

function checkRead(
  flow: FlowSource,
  { name, report }: StepSource,
  edges: Edges,
  closing: Closing | undefined,
  availability: Availability,
  read: InputRead,
): void {
  const { definition, steps, members, graph } = flow
  if (steps.has(read.name) || definition.parameters.has(read.name) || members.has(read.name)) return
  if (typeof read.branch === 'number' && closing && !closing.foreach) {
    const branches = graph.nodes.get(closing.split)?.targets ?? []
    if (read.branch >= branches.length) {
      report.add(
        'unknown-branch',
        read,
        `The join ${name} reads inputs[${read.branch}], and the split in step ${closing.split} has ${branches.length} branches, so the last is inputs[${branches.length - 1}].`,
      )
      return
    }
  }
  const side = sideOf(flow, closing, read.branch)
  const leading = (edges.into.get(name) ?? []).map(({ from }) => from).filter((from) => !side || side.has(from))
  const given = leading.map((from) => availability.after.get(from))
  if (given.length === 0 || given.some((artifacts) => !artifacts || artifacts.any || artifacts.names.has(read.name))) return
  const known = new Set(given.flatMap((artifacts) => [...(artifacts?.names ?? [])]))
  const found = nearest(read.name, known)
  const where = side && typeof read.branch === 'string' ? `inputs.${read.branch}` : side ? `inputs[${read.branch}]` : 'its inputs'
  report.add(
    'unassigned-input',
    read,
    `The join ${name} reads ${read.name} from ${where}, and no step ${side ? 'on that branch' : 'on any branch'} assigns it. ${found === undefined ? `Assign it there, with this.${read.name} = ...` : `Did you mean ${found}?`}`,
  )
}

/** The steps that lead from the named branch into the join; `undefined` for all branches. */
function sideOf(flow: FlowSource, closing: Closing | undefined, branch: string | number | undefined): ReadonlySet<string> | undefined {
  if (!closing || closing.foreach || branch === undefined) return undefined
  const targets = flow.graph.nodes.get(closing.split)?.targets ?? []
  const index = typeof branch === 'number' ? branch : targets.indexOf(branch)
  const side = [...closing.arrivals]
    .filter(([from, branches]) => branches.has(index) || (index < 0 && from === branch))
    .map(([from]) => from)
  return side.length > 0 ? new Set(side) : undefined
}
