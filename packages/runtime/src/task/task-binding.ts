import {
  type FlowBinding,
  type ForeachFrame,
  formatPathspec,
  MillraceError,
  type SplitFrame,
  type StepDefinition,
  type TaskSpec,
} from '@millrace/core-graph'

/** Where `this.next` went. The items of a foreach are taken when it is called. */
export type TakenTransition =
  | { readonly kind: 'linear' | 'split'; readonly targets: readonly string[] }
  | { readonly kind: 'foreach'; readonly targets: readonly [string]; readonly items: readonly unknown[] }

/** What a binding is made from. */
export interface TaskBindingOptions {
  readonly spec: TaskSpec
  readonly steps: ReadonlyMap<string, StepDefinition>
  readonly readItem: (frame: SplitFrame) => unknown
  /** The artifact that holds this very value, for messages. */
  readonly fieldHolding: (value: unknown) => string | undefined
  readonly mergeArtifacts: FlowBinding['mergeArtifacts']
}

/** What stands behind `this.next`, `this.index`, `this.input` and `this.foreachStack()` while one task runs. */
export class TaskBinding implements FlowBinding {
  readonly mergeArtifacts: FlowBinding['mergeArtifacts']
  readonly #spec: TaskSpec
  readonly #names: ReadonlyMap<unknown, string>
  readonly #readItem: (frame: SplitFrame) => unknown
  readonly #fieldHolding: (value: unknown) => string | undefined
  readonly #items = new Map<SplitFrame, unknown>()
  #taken: TakenTransition | undefined

  constructor({ spec, steps, readItem, fieldHolding, mergeArtifacts }: TaskBindingOptions) {
    this.#spec = spec
    this.#names = new Map([...steps].map(([name, definition]) => [definition, name]))
    this.#readItem = readItem
    this.#fieldHolding = fieldHolding
    this.mergeArtifacts = mergeArtifacts
  }

  /** @throws MillraceError `invalid-transition` if the step must go on and did not. */
  get taken(): TakenTransition | undefined {
    if (!this.#taken && this.#spec.targets.length > 0)
      throw this.#invalid(
        `it ended without calling this.next. On every path call it exactly once, for example this.next(this.${this.#spec.targets[0]}).`,
      )
    return this.#taken
  }

  next(targets: readonly unknown[], options: { readonly foreach: unknown } | undefined): void {
    const names = targets.map((target) => this.#nameOf(target))
    if (this.#taken)
      throw this.#invalid(
        `it called this.next twice, first to ${this.#taken.targets.join(', ')} and then to ${names.join(', ')}. A step goes on exactly once: return after the first call, or use else.`,
      )
    const stray = names.find((name) => !this.#spec.targets.includes(name))
    if (stray !== undefined)
      throw this.#invalid(`it went on to ${stray}, which its source does not show. Write this.next(this.${stray}) in the step itself.`)
    const [first = ''] = names
    if (options) this.#taken = { kind: 'foreach', targets: [first], items: this.#takeItems(options.foreach, first) }
    else this.#taken = { kind: names.length > 1 ? 'split' : 'linear', targets: names }
  }

  get index(): number | undefined {
    return this.#foreachFrames().at(-1)?.index
  }

  get input(): unknown {
    const frame = this.#foreachFrames().at(-1)
    return frame && this.#itemOf(frame)
  }

  foreachStack(): readonly ForeachFrame[] {
    return this.#foreachFrames().map((frame) => ({ index: frame.index, count: frame.count, input: this.#itemOf(frame) }))
  }

  #foreachFrames(): readonly SplitFrame[] {
    return this.#spec.frames.filter((frame) => frame.kind === 'foreach')
  }

  #itemOf(frame: SplitFrame): unknown {
    if (!this.#items.has(frame)) this.#items.set(frame, this.#readItem(frame))
    return this.#items.get(frame)
  }

  #nameOf(target: unknown): string {
    const name = this.#names.get(target)
    if (name === undefined)
      throw this.#invalid('this.next was given something that is not a step of this flow. Write this.next(this.someStep).')
    return name
  }

  #takeItems(iterable: unknown, target: string): readonly unknown[] {
    const { maxNumSplits } = this.#spec
    if (typeof iterable === 'string' || typeof (iterable as Iterable<unknown> | null | undefined)?.[Symbol.iterator] !== 'function')
      throw this.#invalid(
        `the foreach to ${target} goes over ${describe(iterable)}, which is not a list of items. Give it an array, a Set, a Map or another iterable.`,
      )
    const items: unknown[] = []
    for (const item of iterable as Iterable<unknown>) {
      if (items.length === maxNumSplits)
        throw this.#invalid(
          `the foreach to ${target} has more than ${maxNumSplits} items, the present limit. Raise it with --max-num-splits, or let each task take several items.`,
        )
      items.push(item)
    }
    if (items.length === 0)
      throw this.#invalid(
        `the foreach to ${target} goes over nothing: ${this.#nameField(iterable)} is empty. Go on to another step when there is nothing to do.`,
      )
    return items
  }

  #nameField(value: unknown): string {
    const name = this.#fieldHolding(value)
    return name === undefined ? 'what it was given' : `this.${name}`
  }

  #invalid(why: string): MillraceError {
    return new MillraceError('invalid-transition', `Could not go on from the step ${this.#spec.step}: ${why}`, {
      subject: formatPathspec(this.#spec),
    })
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined (is the artifact set?)'
  if (value === null) return 'null'
  return typeof value === 'object' ? `an object of class ${value.constructor?.name ?? 'unknown'}` : `a ${typeof value}`
}
