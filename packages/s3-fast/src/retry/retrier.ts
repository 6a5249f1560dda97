import { S3Error } from '../errors/s3-error.ts'
import { RetryBudget } from './retry-budget.ts'
import { type RetryClock, systemRetryClock } from './retry-clock.ts'
import { decideRetry, defaultRetryPolicy, leavesOutcomeUnknown, type Remedy, type RetryPolicy } from './retry-policy.ts'

/** What an attempt must know. */
export interface AttemptContext {
  /** From 0. */
  readonly number: number
  /** An earlier attempt may have been done although no answer said so: a write that creates only must look before it believes a 412. */
  readonly outcomeUnknown: boolean
  /** Milliseconds to add to the machine's clock, learnt from the server's. */
  readonly clockOffsetMs: number
}

/** A request that is about to be sent again. */
export interface Retry {
  readonly error: S3Error
  /** `refresh-credentials` and `follow-region` are to be done by who is told. */
  readonly remedy: Remedy
  readonly delayMs: number
  /** Of the attempt that follows: from 1. */
  readonly number: number
}

/** How one request is retried. */
export interface RetryingOptions {
  readonly signal?: AbortSignal | undefined
  /** Told before the wait. */
  readonly onRetry?: ((retry: Retry) => void) | undefined
}

/** What the requests of one client share: the policy, the budget, and what was learnt about the clock. */
export class Retrier {
  readonly #policy: RetryPolicy
  readonly #clock: RetryClock
  readonly #random: () => number
  readonly #budget: RetryBudget
  #first: AttemptContext = { number: 0, outcomeUnknown: false, clockOffsetMs: 0 }

  constructor({
    policy,
    clock = systemRetryClock,
    random = Math.random,
  }: { readonly policy?: Partial<RetryPolicy> | undefined; readonly clock?: RetryClock; readonly random?: () => number } = {}) {
    this.#policy = checkPolicy({ ...defaultRetryPolicy, ...policy })
    this.#clock = clock
    this.#random = random
    this.#budget = new RetryBudget(clock.monotonicMs())
  }

  /** The instant that requests are to be signed with, in milliseconds since 1970: the server's time as far as it is known. */
  signingTime({ clockOffsetMs }: AttemptContext = this.#first): number {
    return this.#clock.now() + clockOffsetMs
  }

  /**
   * Calls `attempt` until it succeeds or its failure cannot be mended by trying again. See `decideRetry`.
   *
   * @throws what the last attempt threw. After several, an S3Error that also says how many there were, with the last one's as its cause. The signal's reason.
   */
  run<T>(attempt: (context: AttemptContext) => Promise<T>, options: RetryingOptions = {}): Promise<T> {
    const startedAt = this.#clock.monotonicMs()
    return attempt(this.#first).then(this.#succeed, (error: unknown) => this.#again(attempt, { ...options, error, startedAt }))
  }

  readonly #succeed = <T>(value: T): T => {
    this.#budget.succeed()
    return value
  }

  async #again<T>(
    attempt: (context: AttemptContext) => Promise<T>,
    failed: RetryingOptions & { readonly error: unknown; readonly startedAt: number },
  ): Promise<T> {
    const { signal, onRetry, startedAt } = failed
    const remedies = new Set<Remedy>()
    let { error } = failed
    let outcomeUnknown = false
    for (let number = 1; ; number += 1) {
      signal?.throwIfAborted()
      const elapsedMs = this.#clock.monotonicMs() - startedAt
      const history = { failures: number, elapsedMs, remedies, signedAtMs: this.signingTime() }
      const decision = decideRetry(error, { history, policy: this.#policy, random: this.#random() })
      if (!decision || !S3Error.is(error)) throw number === 1 ? error : afterAttempts(error, { number, elapsedMs })
      const delayMs = Math.max(decision.delayMs, this.#budget.take(this.#clock.monotonicMs()))
      if (elapsedMs + delayMs > this.#policy.deadlineMs) throw afterAttempts(error, { number, elapsedMs })
      remedies.add(decision.remedy)
      outcomeUnknown ||= leavesOutcomeUnknown(error)
      if (decision.remedy === 'set-clock' && error.serverTime) this.#learnOffset(error.serverTime)
      onRetry?.({ error, remedy: decision.remedy, delayMs, number })
      if (delayMs > 0) await this.#clock.sleep(delayMs, signal)
      try {
        return this.#succeed(await attempt({ ...this.#first, number, outcomeUnknown }))
      } catch (next) {
        error = next
      }
    }
  }

  #learnOffset(serverTime: Date): void {
    this.#first = { ...this.#first, clockOffsetMs: serverTime.getTime() - this.#clock.now() }
  }
}

function afterAttempts(error: unknown, { number, elapsedMs }: { readonly number: number; readonly elapsedMs: number }): unknown {
  if (!S3Error.is(error)) return error
  const { name: _, ...fields } = error
  return new S3Error({
    ...fields,
    message: `${error.message} It was tried ${number} times in ${(elapsedMs / 1_000).toFixed(1)} s.`,
    cause: error,
  })
}

function checkPolicy(policy: RetryPolicy): RetryPolicy {
  for (const [name, value] of Object.entries(policy)) {
    if (typeof value !== 'number' || !(value >= (name === 'maxAttempts' ? 1 : 0)))
      throw new RangeError(`retry.${name} is a number${name === 'maxAttempts' ? ' from 1 on' : ' of milliseconds'}, not ${String(value)}.`)
  }
  return policy
}
