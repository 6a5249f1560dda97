import { type ArtifactRef, bindFlow, type FlowClass, type FlowSpec, type SplitFrame, type TaskInput } from '@millrace/core-graph'

const tableKey = Symbol('artifacts')

/** An artifact of one input, loaded when it is read. */
export type LoadInput = (position: number, name: string, ref: ArtifactRef) => unknown

interface InputState {
  readonly position: number
  readonly input: TaskInput
  readonly values: Map<string, unknown>
}

/**
 * The flows that a join's body takes, in order, with each branch also under its names. Each has its artifacts as fields and the flow's own methods,
 * but it is no running flow: nothing can be assigned to it, and no initialiser has run. One prototype serves all inputs that hold the same names.
 */
export function makeInputs(
  flowClass: FlowClass,
  inputs: readonly TaskInput[],
  load: LoadInput,
  readItem: (frame: SplitFrame) => unknown,
): readonly FlowSpec[] {
  const prototypes = new Map<string, object>()
  const flows = inputs.map((input, position) => {
    const names = Object.keys(input.artifacts)
    const shape = names.join('\n')
    let prototype = prototypes.get(shape)
    if (!prototype) {
      prototype = makePrototype(flowClass, names, load)
      prototypes.set(shape, prototype)
    }
    const state: InputState = { position, input, values: new Map() }
    const flow: FlowSpec = Object.create(prototype, { [tableKey]: { value: state } })
    bindInput(flow, input, readItem)
    return flow
  })
  return nameBranches(flows, inputs)
}

function makePrototype(flowClass: FlowClass, names: readonly string[], load: LoadInput): object {
  const prototype: object = Object.create(flowClass.prototype)
  for (const name of names) {
    Object.defineProperty(prototype, name, {
      enumerable: true,
      get(this: { [tableKey]: InputState }) {
        const { values, position, input } = this[tableKey]
        if (!values.has(name)) values.set(name, load(position, name, input.artifacts[name] as ArtifactRef))
        return values.get(name)
      },
      set() {
        throw new TypeError(`inputs[...].${name} cannot be assigned: a join's inputs are finished tasks. Assign to this.${name}.`)
      },
    })
  }
  return prototype
}

function bindInput(flow: FlowSpec, { frame }: TaskInput, readItem: (frame: SplitFrame) => unknown): void {
  const refuse = (): never => {
    throw new TypeError("A join's inputs are finished tasks: call this.next and this.mergeArtifacts on this, not on an input.")
  }
  const foreach = frame?.kind === 'foreach' ? frame : undefined
  bindFlow(flow, {
    next: refuse,
    mergeArtifacts: refuse,
    index: foreach?.index,
    get input() {
      return foreach && readItem(foreach)
    },
    foreachStack: () => (foreach ? [{ index: foreach.index, count: foreach.count, input: readItem(foreach) }] : []),
  })
}

function nameBranches(flows: FlowSpec[], inputs: readonly TaskInput[]): readonly FlowSpec[] {
  for (const [position, { step, frame }] of inputs.entries()) {
    if (frame?.kind !== 'split') continue
    for (const name of [step, frame.branch]) Object.defineProperty(flows, name, { value: flows[position], configurable: true })
  }
  return Object.freeze(flows)
}
