import type { BatchFaultOptions } from './batch-fault-options.ts'
import { type Fault, FaultPlan, faultKinds } from './fault-plan.ts'
import { createRandom } from './random.ts'
import { TokenBucket } from './token-bucket.ts'

/** The faults of Batch: none until they are asked for. */
export class BatchFaults {
  readonly #now: () => number
  readonly #quota: number | undefined
  #options: BatchFaultOptions | undefined
  #plan: FaultPlan | undefined
  #bucket: TokenBucket | undefined
  #random: () => number = createRandom(1)
  #pulls = 0
  #asked = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  /** Takes a host away; `false` where none is busy. */
  loseHost: () => boolean = () => false

  /** `requestsPerSecond`: a limit that is there without any fault. */
  constructor({ now, requestsPerSecond }: { readonly now: () => number; readonly requestsPerSecond?: number }) {
    this.#now = now
    this.#quota = requestsPerSecond
    this.#bucket = this.#makeBucket()
  }

  get options(): BatchFaultOptions | undefined {
    return this.#options
  }

  /** From now on there are these faults, in place of earlier ones. @throws TypeError, RangeError for options that make no sense. */
  set(options: BatchFaultOptions): void {
    checkOptions(options)
    const plan = options.requests && new FaultPlan({ seed: options.seed ?? 1, ...options.requests }, faultKinds.batch)
    this.clear()
    this.#options = options
    this.#plan = plan
    this.#random = createRandom(options.seed ?? 1)
    this.#bucket = this.#makeBucket()
    this.#startHostLoss(options)
  }

  /** No more faults. */
  clear(): void {
    clearInterval(this.#timer)
    this.#options = undefined
    this.#plan = undefined
    this.#pulls = 0
    this.#asked = new Map()
    this.#bucket = this.#makeBucket()
  }

  /** The fault of a request, if it gets one. */
  draw(operation: string): Fault | undefined {
    if (this.#bucket && !this.#bucket.take(this.#now())) return { kind: '429', delayMs: 0, place: 0 }
    return this.#plan?.draw(operation)
  }

  /** Whether a job is still unknown to whoever asks for it. */
  hides(jobId: string): boolean {
    const limit = this.#options?.unknownAtFirst
    if (limit === undefined) return false
    const asked = this.#asked.get(jobId) ?? 0
    if (asked >= limit) return false
    this.#asked.set(jobId, asked + 1)
    return true
  }

  /** Whether an image cannot be pulled now. */
  failsPull(): boolean {
    const { pull } = this.#options ?? {}
    if (!pull || this.#pulls >= (pull.times ?? Number.POSITIVE_INFINITY) || this.#random() >= pull.rate) return false
    this.#pulls += 1
    return true
  }

  /** How long containers that shall end are left alone, in milliseconds. */
  get stopDelayMs(): number {
    return this.#options?.stopDelayMs ?? 0
  }

  #makeBucket(): TokenBucket | undefined {
    const perSecond = this.#options?.requestsPerSecond ?? this.#quota
    return perSecond === undefined ? undefined : new TokenBucket(perSecond, this.#now())
  }

  #startHostLoss({ hostLoss }: BatchFaultOptions): void {
    if (!hostLoss) return
    let left = hostLoss.times ?? Number.POSITIVE_INFINITY
    this.#timer = setInterval(() => {
      if (!this.loseHost()) return
      left -= 1
      if (left === 0) clearInterval(this.#timer)
    }, hostLoss.everyMs).unref()
  }
}

function checkOptions({ requestsPerSecond, unknownAtFirst, pull, hostLoss, stopDelayMs, seed }: BatchFaultOptions): void {
  const counts = {
    requestsPerSecond,
    unknownAtFirst,
    'pull.times': pull?.times,
    'hostLoss.everyMs': hostLoss?.everyMs,
    'hostLoss.times': hostLoss?.times,
    stopDelayMs,
    seed,
  }
  for (const [name, value] of Object.entries(counts)) {
    const least = name === 'requestsPerSecond' || name.startsWith('hostLoss') ? 1 : 0
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least))
      throw new RangeError(`${name} of faults is a whole number from ${least}, not ${value}.`)
  }
  if (pull && !(typeof pull.rate === 'number' && pull.rate >= 0 && pull.rate <= 1))
    throw new RangeError(`pull.rate of faults is a number from 0 to 1, not ${pull.rate}.`)
}
