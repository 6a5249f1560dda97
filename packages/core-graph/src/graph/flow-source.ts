import type { FlowDefinition } from '../flow/definition.ts'
import type { StepDefinition } from '../flow/step.ts'
import type { Graph, GraphNode } from './graph.ts'
import { type InputUses, readInputUses } from './inputs/input-uses.ts'
import { ProblemList, type StepReport } from './problem-list.ts'
import { FlowMembers } from './source/members.ts'
import { type FunctionNode, parseFunction } from './source/parse.ts'
import { type Paths, readPaths } from './source/paths.ts'
import { readUses, type Use } from './source/uses.ts'

/** One step, with all that its source tells. */
export interface StepSource {
  readonly name: string
  readonly definition: StepDefinition
  readonly report: StepReport
  /** `undefined` where its source cannot be read. */
  readonly body: FunctionNode | undefined
  readonly paths: Paths
  readonly uses: readonly Use[]
  readonly inputs: InputUses | undefined
}

/** A flow, with all that its source tells: what the checks work on. */
export interface FlowSource {
  readonly definition: FlowDefinition
  readonly members: FlowMembers
  readonly steps: ReadonlyMap<string, StepSource>
  readonly graph: Graph
  readonly problems: ProblemList
}

const unreadable: Paths = { calls: [], readable: false, withoutNext: 'none' }

/** Parses every body of a flow. Nothing of it runs. */
export function readFlow(definition: FlowDefinition): FlowSource {
  const problems = new ProblemList()
  const members = new FlowMembers(definition)
  const steps = new Map<string, StepSource>()
  for (const [name, step] of definition.steps) steps.set(name, readStep(name, step, members, problems))
  const nodes = new Map<string, GraphNode>()
  for (const [name, step] of steps) nodes.set(name, readNode(step, definition, members))
  const graph = { flow: definition.name, nodes: withoutListNames(nodes, definition) }
  return { definition, members, steps, graph, problems }
}

function readStep(name: string, definition: StepDefinition, members: FlowMembers, problems: ProblemList): StepSource {
  const source = Function.prototype.toString.call(definition.body)
  const report = problems.forStep(name, source)
  const body = parseFunction(source)
  if ('reason' in body) {
    report.add(
      'unreadable-body',
      { start: 0 },
      `Could not read the body of step ${name}: ${body.reason}. Write it in place, as an arrow function: ${name} = ${definition.kind}(() => { ... }).`,
    )
    return { name, definition, report, body: undefined, paths: unreadable, uses: [], inputs: undefined }
  }
  let hidden = false
  const hiding: StepReport = {
    ...report,
    add: (...problem) => {
      hidden = true
      report.add(...problem)
    },
  }
  const uses = readUses(body, hiding)
  for (const use of uses) {
    if (use.kind !== 'read' || !members.has(use.name) || isBuiltIn(use.name) || !members.effectsOf(use.name).next) continue
    hiding.add(
      'method-next',
      use,
      `Step ${name} uses this.${use.name}, which calls this.next, and the graph is read from the steps' own bodies. Call this.next in the step, and let the method return what it needs to choose.`,
    )
  }
  const paths = readPaths(body, report)
  const inputs = definition.kind === 'join' ? readInputUses(body, (method) => members.functionNamed(method)) : undefined
  return { name, definition, report, body, paths: hidden ? { ...paths, readable: false, withoutNext: 'none' } : paths, uses, inputs }
}

const isBuiltIn = (name: string): boolean => name in Object.prototype

function readNode({ name, definition, body, paths, uses, inputs }: StepSource, flow: FlowDefinition, members: FlowMembers): GraphNode {
  const reads = new Set<string>()
  const writes = new Set<string>()
  const inputReads = new Set(inputs?.names)
  let dynamic = inputs?.dynamic ?? false
  for (const use of uses) {
    if (use.kind === 'escape') dynamic = true
    else if (use.kind === 'merge' || flow.steps.has(use.name)) continue
    else if (members.has(use.name)) {
      const effects = members.effectsOf(use.name)
      for (const read of effects.reads) reads.add(read)
      for (const write of effects.writes) writes.add(write)
      dynamic ||= effects.dynamic
    } else if (use.kind === 'read') reads.add(use.name)
    else writes.add(use.name)
  }
  for (const read of inputReads) {
    if (members.has(read) && !isBuiltIn(read)) {
      const effects = members.effectsOf(read)
      for (const name of effects.reads) inputReads.add(name)
      dynamic ||= effects.dynamic
    }
    if (flow.steps.has(read) || members.has(read)) inputReads.delete(read)
  }
  const join = definition.kind === 'join'
  return { name, ...shapeOf(paths, flow), join, takesItem: !join && (body?.params.length ?? 0) > 0, reads, inputReads, writes, dynamic }
}

/** The same transition in several branches counts once; different ones make a switch. */
function shapeOf({ calls }: Paths, flow: FlowDefinition): Pick<GraphNode, 'kind' | 'targets'> {
  const different = new Map(calls.map((call) => [JSON.stringify([call.foreach, call.targets.map(({ name }) => name)]), call]))
  const [first, ...others] = different.values()
  if (!first) return { kind: 'end', targets: [] }
  if (others.length > 0) {
    const order = [...flow.steps.keys()]
    const rank = (name: string): number => (flow.steps.has(name) ? order.indexOf(name) : order.length)
    const names = new Set([...different.values()].flatMap(({ targets }) => targets.map(({ name }) => name)))
    return { kind: 'switch', targets: [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)) }
  }
  const targets = first.targets.map(({ name }) => name)
  return { kind: first.foreach ? 'foreach' : targets.length > 1 ? 'split' : 'linear', targets }
}

/** `inputs.map` is no read of an artifact `map`, unless there is one. */
function withoutListNames(nodes: ReadonlyMap<string, GraphNode>, definition: FlowDefinition): ReadonlyMap<string, GraphNode> {
  const all = [...nodes.values()]
  if (all.some((node) => node.dynamic)) return nodes
  const artifacts = new Set([...definition.initialised, ...definition.parameters.keys(), ...all.flatMap(({ writes }) => [...writes])])
  const isRead = (name: string): boolean => !(name in Array.prototype) || artifacts.has(name)
  return new Map(all.map((node) => [node.name, { ...node, inputReads: new Set([...node.inputReads].filter(isRead)) }]))
}
