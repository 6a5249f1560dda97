import { decodeInline, loadArtifacts, saveArtifacts } from '@millrace/artifact-store'
import {
  type ArtifactRef,
  type ArtifactTable,
  bindFlow,
  constructFlow,
  type FlowClass,
  type FlowInstance,
  type FlowSpec,
  type ObjectStore,
  type SplitFrame,
  type TaskInput,
  type TaskSpec,
  type Transition,
} from '@millrace/core-graph'
import { collectFields, defineArtifactFields, defineParameterFields, discardInitialValues } from './artifact-fields.ts'
import { itemLabel } from './item-label.ts'
import { makeInputs } from './join/join-inputs.ts'
import { mergeTables } from './join/merge-tables.ts'
import type { BlockingLoader } from './on-demand/blocking-loader.ts'
import { type TakenTransition, TaskBinding } from './task-binding.ts'

/** What a task runs in. */
export interface TaskEnvironment {
  readonly flowClass: FlowClass
  readonly store: ObjectStore
  readonly loader: BlockingLoader
}

/** Rejects when something outside the body's own promise has made the attempt fail: an uncaught error, or nothing left to wait for. */
export type Interruption = Promise<never>

/** What a body has left, stored: what its step passes on, and where it goes. */
export interface BodyResult {
  readonly artifacts: ArtifactTable
  readonly transition: Transition | undefined
}

/** Loads what a step's body can read, runs it, and saves what it has left. @throws what the body throws, and MillraceError for what cannot be loaded or stored. */
export async function runBody(
  spec: TaskSpec,
  { flowClass, store, loader }: TaskEnvironment,
  interruption: Interruption,
): Promise<BodyResult> {
  const instance = constructFlow(flowClass)
  const { flow, steps } = instance
  const definition = steps.get(spec.step)
  if (!definition) throw new TypeError(`The flow ${spec.flow} that the worker loaded has no step ${spec.step}.`)
  const load = (name: string, ref: ArtifactRef): unknown =>
    ref.inline !== undefined && !ref.chunked ? decodeInline(name, ref) : loader.load(spec.flow, name, ref)
  const read = (name: string, ref: ArtifactRef): unknown => (loaded.has(name) ? loaded.get(name) : load(name, ref))
  const readOwn = (name: string, ref: ArtifactRef): unknown => read(nameAt(spec.join ? undefined : spec.inputs[0], name), ref)
  const readItem = (frame: SplitFrame): unknown => frame.item && load(`the item ${frame.index} of ${frame.step}`, frame.item)

  const inherited = spec.join ? {} : (spec.inputs[0]?.artifacts ?? {})
  const loaded = await preload(spec, store, inherited)
  if (spec.inputs.length > 0) discardInitialValues(instance)
  defineParameterFields(instance, spec.parameters, read)
  defineArtifactFields(flow, inherited, readOwn)

  const passing = new Map<string, ArtifactRef>(Object.entries(inherited))
  const binding = new TaskBinding({
    spec,
    steps,
    readItem,
    fieldHolding: (value) => Object.keys(flow).find((name) => Object.getOwnPropertyDescriptor(flow, name)?.value === value),
    mergeArtifacts: (_inputs, options) => {
      if (!spec.join) throw new TypeError('this.mergeArtifacts has a meaning only in a join.')
      const merged = mergeTables({ inputs: spec.inputs, set: new Set(Object.keys(flow)), options, step: spec.step })
      for (const [name, ref] of merged) passing.set(name, ref)
      defineArtifactFields(flow, Object.fromEntries(merged), readOwn)
    },
  })
  bindFlow(flow, binding)
  const argument = spec.join
    ? makeInputs(flowClass, spec.inputs, (position, name, ref) => read(nameAt(spec.inputs[position], name), ref), readItem)
    : itemOf(spec, binding)
  const body = definition.body as (this: FlowSpec, argument: unknown) => void | Promise<void>
  await Promise.race([body.call(flow, argument), interruption])
  // One turn of the loop: a rejection that the body has left behind fails this task, and not the next.
  await Promise.race([new Promise((resolve) => setImmediate(resolve)), interruption])
  if (spec.catch !== undefined) Reflect.deleteProperty(flow, spec.catch)
  const transition = await storeTransition(spec, store, binding.taken)
  return { artifacts: await saveFields(spec, store, instance, passing), transition }
}

function itemOf(spec: TaskSpec, binding: TaskBinding): unknown {
  const frame = spec.frames.at(-1)
  return frame?.kind === 'foreach' && frame.branch === spec.step ? binding.input : undefined
}

/** An artifact as messages name it: by the task that it comes from. */
const nameAt = (input: TaskInput | undefined, name: string): string => (input ? `${input.step}/${input.task}/${name}` : name)

/** Loads what the body's source names and the record does not hold, all at once; see {@link nameAt} for its names. */
async function preload(spec: TaskSpec, store: ObjectStore, inherited: ArtifactTable): Promise<ReadonlyMap<string, unknown>> {
  const wanted: Record<string, ArtifactRef> = {}
  const want = (name: string, ref: ArtifactRef | undefined): void => {
    if (ref && (ref.inline === undefined || ref.chunked)) wanted[name] = ref
  }
  for (const name of spec.reads) {
    if (Object.hasOwn(inherited, name)) want(nameAt(spec.inputs[0], name), inherited[name])
    else want(name, spec.parameters[name])
  }
  for (const name of spec.inputReads) {
    for (const input of spec.inputs) want(nameAt(input, name), Object.hasOwn(input.artifacts, name) ? input.artifacts[name] : undefined)
  }
  return Object.keys(wanted).length > 0 ? await loadArtifacts(store, spec.flow, wanted) : new Map()
}

/** Saves what the step has set or read; what it has not touched passes on by reference. */
async function saveFields(
  spec: TaskSpec,
  store: ObjectStore,
  instance: FlowInstance,
  passing: ReadonlyMap<string, ArtifactRef>,
): Promise<ArtifactTable> {
  const { values, untouched } = collectFields(instance)
  const kept: Record<string, ArtifactRef> = {}
  for (const name of untouched) {
    const ref = passing.get(name)
    if (ref) kept[name] = ref
  }
  return { ...kept, ...(await saveArtifacts(store, spec.flow, values)) }
}

async function storeTransition(spec: TaskSpec, store: ObjectStore, taken: TakenTransition | undefined): Promise<Transition | undefined> {
  if (taken?.kind !== 'foreach') return taken
  const refs = await saveArtifacts(store, spec.flow, new Map(taken.items.map((item, index) => [`foreach item ${index}`, item])))
  const items = Object.values(refs).map((ref, index) => ({ ref, label: itemLabel(taken.items[index]) }))
  const saved = await saveArtifacts(store, spec.flow, new Map([['foreach items', items]]))
  return { kind: 'foreach', targets: taken.targets, count: items.length, items: saved['foreach items'] as ArtifactRef }
}
