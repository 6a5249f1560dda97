/**
 * What can go wrong with a request:
 *
 * - `'503'` and `'500'`: SlowDown or InternalError is answered, nothing is done.
 * - `'reset'`: nothing is done, and the connection is reset (a TCP RST).
 * - `'truncate'`: it is done; the answer ends in the middle of its body, or of its head where it has no body.
 * - `'slow'`: it is done; the answer waits `delayMs` before its first byte, and again in the middle of its body.
 * - `'lost-answer'`: it is done; the connection ends without an answer.
 * - `'corrupt'`: it is done; one byte of the answer's body is another one. An answer without a body stays as it is.
 * - `'expired-token'`: ExpiredToken is answered, nothing is done.
 */
export const faultKinds = ['503', '500', 'reset', 'truncate', 'slow', 'lost-answer', 'corrupt', 'expired-token'] as const

/** One thing that can go wrong. */
export type FaultKind = (typeof faultKinds)[number]

/** Which requests go wrong, and how. */
export interface FaultOptions {
  /** The share of requests, from 0 to 1. */
  readonly rate: number
  /** Each is as likely as the others. */
  readonly kinds: readonly FaultKind[]
  /** The same seed and the same requests give the same faults. Default 1. */
  readonly seed?: number
  /** Only requests for these operations, in S3's names: `GetObject`. Default all. */
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
  constructor(options: FaultOptions) {
    checkOptions(options)
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

function checkOptions({ rate, kinds, seed, operations, times, delayMs }: FaultOptions): void {
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1))
    throw new RangeError(`The rate of faults is a number from 0 to 1, not ${rate}.`)
  if (!Array.isArray(kinds) || kinds.length === 0) throw new TypeError(`Faults need kinds, a list of ${faultKinds.join(', ')}.`)
  const unknown = kinds.find((kind) => !faultKinds.includes(kind))
  if (unknown !== undefined) throw new TypeError(`${JSON.stringify(unknown)} is not a kind of fault. There are ${faultKinds.join(', ')}.`)
  if (operations !== undefined && !Array.isArray(operations))
    throw new TypeError('operations of faults is a list of names such as GetObject.')
  for (const [name, value] of Object.entries({ seed, times, delayMs }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0))
      throw new RangeError(`${name} of faults is a whole number from 0, not ${value}.`)
}

/** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
