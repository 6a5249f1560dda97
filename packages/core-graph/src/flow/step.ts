import type { Duration } from '../duration.ts'
import type { BatchOptions } from './batch-options.ts'
import type { Inputs } from './inputs.ts'

declare const itemType: unique symbol
declare const joinType: unique symbol
const marker = Symbol.for('millrace.step')

/** A step of a flow: a field made by {@link step}. `Item` is what its body takes when a foreach leads to it. */
export interface Step<Item = void> {
  readonly [itemType]: (item: Item) => void
}

/** A step that closes a split: a field made by {@link join}. */
export interface Join {
  readonly [joinType]: true
}

/** What a step needs, wherever it runs. Nothing is forced locally; AWS Batch takes the larger of these and `batch`. */
export interface Resources {
  /** Virtual CPUs. */
  readonly cpu?: number
  readonly gpu?: number
  /** Main memory, in MB. */
  readonly memory?: number
  /** Disk, in MB. */
  readonly disk?: number
  /** `/dev/shm`, in MB. */
  readonly sharedMemory?: number
}

/** How often a failed task is tried again. */
export interface RetryOptions {
  /** Further attempts after the first. */
  readonly times: number
  /** The wait before the first further attempt. Default none. No worker is held meanwhile. */
  readonly delay?: Duration
  /** What each wait is multiplied by to give the one after it, from 1. Default 1: all waits are the same. */
  readonly backoff?: number
  /** No wait grows beyond this. Default `'1h'`, or `delay` where that is longer. */
  readonly maxDelay?: Duration
  /** On AWS Batch: what the memory is multiplied by, from 1, for each attempt after one that ran out of it. Default 1. */
  readonly memoryFactor?: number
}

/** What a step asks for beside its body. */
export interface StepOptions {
  /** Runs this step on AWS Batch, always. */
  readonly batch?: true | BatchOptions
  readonly resources?: Resources
  /** Further attempts after a failure: a number, or with a delay. */
  readonly retry?: number | RetryOptions
  /** The longest that one attempt may take, from when its process has loaded the flow. */
  readonly timeout?: Duration
  /** The artifact that takes the error when every attempt has failed, so that the flow goes on; it is unset when none did. */
  readonly catch?: string
  /** Environment variables for this step's process. */
  readonly environment?: Readonly<Record<string, string>>
}

/** The names that {@link StepOptions} may have. */
const stepOptionNames: readonly (keyof StepOptions)[] = ['batch', 'resources', 'retry', 'timeout', 'catch', 'environment']

type Nothing = void | Promise<void>
type AnyBody = (argument: never) => Nothing

/** What {@link step} and {@link join} really put into the field. */
export class StepDefinition {
  readonly kind: 'step' | 'join'
  readonly options: StepOptions
  readonly body: AnyBody

  constructor(kind: 'step' | 'join', options: StepOptions, body: AnyBody) {
    this.kind = kind
    this.options = options
    this.body = body
    Object.defineProperty(this, marker, { value: true })
  }

  /** Whether `value` is a step; also across two installed copies. */
  static is(value: unknown): value is StepDefinition {
    return typeof value === 'object' && value !== null && marker in value
  }
}

function define(kind: 'step' | 'join', first: unknown, second: unknown): StepDefinition {
  const [options, body] = typeof first === 'function' ? [{}, first] : [first, second]
  if (typeof body !== 'function')
    throw new TypeError(`${kind}() needs a function as its body: ${kind}(() => { ... }) or ${kind}({ ...options }, () => { ... })`)
  if (typeof options !== 'object' || options === null) throw new TypeError(`${kind}() takes its options as an object before the body`)
  for (const name of Object.keys(options)) {
    if (!(stepOptionNames as readonly string[]).includes(name))
      throw new TypeError(`${kind}() has no option ${JSON.stringify(name)}. It takes ${stepOptionNames.join(', ')}.`)
  }
  return new StepDefinition(kind, options, body as AnyBody)
}

/**
 * A step. Its body is an arrow function, so that `this` is the flow; it takes the item where a foreach leads to it,
 * assigns artifacts to `this`, and names what comes next with `this.next(...)`. It may be async.
 *
 * @throws TypeError without a body, or with an option that does not exist.
 */
export function step<Item = void>(body: (item: Item) => Nothing): Step<Item>
export function step<Item = void>(options: StepOptions, body: (item: Item) => Nothing): Step<Item>
export function step(first: unknown, second?: unknown): unknown {
  return define('step', first, second)
}

/**
 * A step that closes the latest open split. Its body takes the finished branches, `inputs`, in the order of the split.
 *
 * @throws TypeError without a body, or with an option that does not exist.
 */
export function join<F extends Inputs<never> | readonly unknown[]>(body: (inputs: F) => Nothing): Join
export function join<F extends Inputs<never> | readonly unknown[]>(options: StepOptions, body: (inputs: F) => Nothing): Join
export function join(first: unknown, second?: unknown): unknown {
  return define('join', first, second)
}
