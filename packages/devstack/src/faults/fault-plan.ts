import { createRandom } from './random.ts'

/** The kinds of faults that requests to a service can meet. */
export const faultKinds = {
  s3: ['503', '500', 'reset', 'truncate', 'slow', 'lost-answer', 'corrupt', 'expired-token'],
  batch: ['429', '500', 'reset', 'truncate', 'slow', 'lost-answer', 'expired-token'],
} as const

/**
 * What can go wrong with a request:
 *
 * - `'503'`, `'500'` and `'429'`: SlowDown (S3), InternalError (S3) or ServerException (Batch), TooManyRequestsException (Batch) is
 *   answered, nothing is done.
 * - `'reset'`: nothing is done, and the connection is reset (a TCP RST).
 * - `'truncate'`: it is done; the answer ends in the middle of its body, or of its head where it has no body.
 * - `'slow'`: it is done; the answer waits `delayMs` before its first byte, and again in the middle of its body.
 * - `'lost-answer'`: it is done; the connection ends without an answer.
 * - `'corrupt'`: it is done; one byte of the answer's body is another one. An answer without a body stays as it is.
 * - `'expired-token'`: ExpiredToken is answered, nothing is done.
 */
export type FaultKind = (typeof faultKinds)[keyof typeof faultKinds][number]

/** Which requests go wrong, and how. */
export interface FaultOptions {
  /** The share of requests, from 0 to 1. */
  readonly rate: number
  /** Each is as likely as the others. */
  readonly kinds: readonly FaultKind[]
  /** The same seed and the same requests give the same faults. Default 1. */
  readonly seed?: number
  /** Only requests for these operations, in AWS's names: `GetObject`. Default all. */
  readonly operations?: readonly string[]
  /** After so many faults there are no more. Default no limit. */
  readonly times?: number
  /** How long `'slow'` waits. Default 500. */
  readonly delayMs?: number
}

/** A fault that a request gets. */
export interface Fault {
  readonly kind: FaultKind
  readonly delayMs: number
  /** From 0 to 1: where in the answer it happens. */
  readonly place: number
}

/** Deals out faults. */
export class FaultPlan {
  readonly options: FaultOptions
  readonly #random: () => number
  #dealt = 0

  /** @throws TypeError, RangeError for options that make no sense. */
  constructor(options: FaultOptions, allowed: readonly FaultKind[]) {
    checkOptions(options, allowed)
    this.options = options
    this.#random = createRandom(options.seed ?? 1)
  }

  /** The fault of the next request, if it gets one. */
  draw(operation: string): Fault | undefined {
    const { rate, kinds, operations, times, delayMs = 500 } = this.options
    if (operations && !operations.includes(operation)) return undefined
    if (times !== undefined && this.#dealt >= times) return undefined
    const [luck, choice, place] = [this.#random(), this.#random(), this.#random()]
    const kind = luck < rate ? kinds[Math.floor(choice * kinds.length)] : undefined
    if (kind === undefined) return undefined
    this.#dealt += 1
    return { kind, delayMs, place }
  }
}

function checkOptions({ rate, kinds, seed, operations, times, delayMs }: FaultOptions, allowed: readonly FaultKind[]): void {
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1))
    throw new RangeError(`The rate of faults is a number from 0 to 1, not ${rate}.`)
  if (!Array.isArray(kinds) || kinds.length === 0) throw new TypeError(`Faults need kinds, a list of ${allowed.join(', ')}.`)
  const unknown = kinds.find((kind) => !allowed.includes(kind))
  if (unknown !== undefined) throw new TypeError(`${JSON.stringify(unknown)} is not a kind of fault. There are ${allowed.join(', ')}.`)
  if (operations !== undefined && !Array.isArray(operations))
    throw new TypeError('operations of faults is a list of names such as GetObject.')
  for (const [name, value] of Object.entries({ seed, times, delayMs }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
      throw new RangeError(`${name} of faults is a whole number from 0, not ${value}.`)
}
