import type { Join, Step } from './step.ts'

const bindingKey = Symbol.for('millrace.binding')

type AnyTarget = Step<never> | Join
/** A step that can be gone to without an item. */
type PlainTarget = Step<void> | Join
type ItemOf<S> = S extends Step<infer Item> ? Item : never
/** What a foreach may go over: anything iterable but text. */
type ItemsFor<S> = Iterable<ItemOf<S> extends void ? unknown : ItemOf<S>> & object

/** How a foreach is named in `this.next`. */
export interface ForeachOptions<S> {
  /** Iterated once, when `this.next` is called; each item is stored. */
  readonly foreach: ItemsFor<S>
}

type NextArguments<S, Given extends readonly unknown[]> = Given extends readonly [infer Options extends { readonly foreach: unknown }]
  ? S extends Join
    ? [problem: 'a join cannot be the target of a foreach']
    : [keyof Options] extends ['foreach']
      ? [options: ForeachOptions<S>]
      : [problem: 'this.next has no option but foreach']
  : S extends PlainTarget
    ? PlainTarget[]
    : [options: ForeachOptions<S>]

/** Which artifacts `this.mergeArtifacts` takes: all that are not excluded, or only those included. */
export interface MergeOptions<Name> {
  readonly include?: readonly Name[]
  readonly exclude?: readonly Name[]
}

/** A frame of {@link FlowSpec.foreachStack}. */
export interface ForeachFrame {
  /** From 0. */
  readonly index: number
  readonly count: number
  readonly input: unknown
}

/** What stands behind a flow while one of its tasks runs; the runtime binds it. */
export interface FlowBinding {
  next(targets: readonly unknown[], options: { readonly foreach: unknown } | undefined): void
  mergeArtifacts(inputs: readonly FlowSpec[], options: MergeOptions<string>): void
  readonly index: number | undefined
  readonly input: unknown
  foreachStack(): readonly ForeachFrame[]
}

/** Binds a flow to the task that it runs in. */
export function bindFlow(flow: FlowSpec, binding: FlowBinding): void {
  Object.defineProperty(flow, bindingKey, { value: binding, configurable: true })
}

function bindingOf(flow: FlowSpec, use: string): FlowBinding {
  const binding = (flow as { [bindingKey]?: FlowBinding })[bindingKey]
  if (!binding) throw new TypeError(`${use} has a meaning only inside a step of a running flow`)
  return binding
}

/** Names a flow cannot give to a step, because {@link FlowSpec} has them. */
export const reservedNames: readonly string[] = ['next', 'index', 'input', 'foreachStack', 'mergeArtifacts', 'constructor']

/**
 * The base of a flow. A subclass's fields are its steps, its parameters and its artifacts: whatever a step assigns to `this` is saved when the step ends.
 *
 * Field initialisers run for every task. `#private` fields are scratch and never saved.
 */
export abstract class FlowSpec {
  /**
   * Goes on to `target`; to several targets at once; or, with `{ foreach: items }`, to `target` once for each item.
   * Of the calls in a body exactly one must run, and nothing is returned: it is a statement.
   */
  next<S extends AnyTarget, const Rest extends readonly unknown[]>(target: S, ...rest: NextArguments<S, Rest> & Rest): void {
    const last: unknown = rest.at(-1)
    const options = isForeach(last) ? last : undefined
    bindingOf(this, 'this.next').next([target, ...(options ? rest.slice(0, -1) : rest)], options)
  }

  /**
   * Takes over the artifacts on which all `inputs` that have them agree, and which `this` has not set. Compares content hashes and loads nothing.
   *
   * @throws MillraceError `invalid-transition` that names every artifact in conflict, or every included one that no input has; nothing is set then.
   * @throws TypeError outside a join, or with both `include` and `exclude`.
   */
  mergeArtifacts(inputs: readonly FlowSpec[], options?: MergeOptions<keyof this>): void {
    bindingOf(this, 'this.mergeArtifacts').mergeArtifacts(inputs, (options ?? {}) as MergeOptions<string>)
  }

  /** The index of the innermost foreach's item, from 0; `undefined` outside a foreach. */
  get index(): number | undefined {
    return bindingOf(this, 'this.index').index
  }

  /** The innermost foreach's item; `undefined` outside a foreach. */
  get input(): unknown {
    return bindingOf(this, 'this.input').input
  }

  /** The open foreaches, outermost first. */
  foreachStack(): readonly ForeachFrame[] {
    return bindingOf(this, 'this.foreachStack').foreachStack()
  }
}

function isForeach(value: unknown): value is { readonly foreach: unknown } {
  return typeof value === 'object' && value !== null && 'foreach' in value
}
