import { BatchError, type BatchErrorCode } from '../batch-error.ts'
import type { Clock } from '../clock.ts'
import type { CallName, Calls, Connection } from './connection.ts'
import { RateLimit } from './rate-limit.ts'
import { type Fault, readFault } from './read-fault.ts'

/** How a call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal
  /** What the call is for, in the middle of a sentence: `submit the job sum-1`. */
  readonly purpose: string
  readonly subject?: string
  /** Faults that the caller understands better: they are thrown as they are, as {@link CallFault}. */
  readonly own?: readonly Fault[]
}

/** A fault that a caller has asked to see. */
export class CallFault extends Error {
  override readonly name = 'CallFault'
  readonly fault: Fault
  readonly #context: ErrorContext

  constructor(fault: Fault, cause: unknown, context: ErrorContext) {
    super(messageOf(cause), { cause })
    this.fault = fault
    this.#context = context
  }

  /** The error for whoever cannot do anything about the fault either. */
  toBatchError(): BatchError {
    return toBatchError(this.cause, this.fault, this.#context)
  }
}

/** How long a call is tried again, in milliseconds. A storm of throttling passes in minutes; an address that nobody answers at is told soon. */
const patienceMs: Partial<Record<Fault, number>> = { throttled: 300_000, unknown: 120_000, unsent: 30_000, stale: 5_000 }
const firstDelayMs = 200
const longestDelayMs = 10_000

/** AWS as everything here calls it: one limit for all calls, retries by meaning with full jitter, errors that say what to do. */
export class Aws {
  readonly connection: Connection
  readonly clock: Clock
  readonly #limit: RateLimit
  #callCount = 0

  constructor(connection: Connection, clock: Clock) {
    this.connection = connection
    this.clock = clock
    this.#limit = new RateLimit(clock)
  }

  /** Calls made so far, those that were turned away included. */
  get callCount(): number {
    return this.#callCount
  }

  /** The region. @throws BatchError `no-region`. */
  async region(): Promise<string> {
    try {
      return await this.connection.region()
    } catch (error) {
      throw toBatchError(error, readFault(error), { purpose: 'reach AWS Batch', name: 'DescribeJobQueues', waitedMs: 0 })
    }
  }

  /**
   * Makes a call. It may be made more than once: a caller for whom that matters names `unknown` in `own`.
   *
   * @throws BatchError; {@link CallFault} for a fault in `own`; the signal's reason.
   */
  async call<Name extends CallName>(name: Name, input: Calls[Name][0], options: CallOptions): Promise<Calls[Name][1]> {
    const { signal, own = [] } = options
    const startedAt = this.clock.now().getTime()
    for (let tries = 0; ; tries += 1) {
      await this.#limit.take(signal)
      try {
        this.#callCount += 1
        const output = await this.connection.call(name, input, signal)
        this.#limit.passed()
        return output
      } catch (error) {
        signal?.throwIfAborted()
        const fault = readFault(error)
        if (fault === 'throttled') this.#limit.throttled()
        const context = { ...options, name, waitedMs: this.clock.now().getTime() - startedAt }
        if (own.includes(fault)) throw new CallFault(fault, error, context)
        if (context.waitedMs >= (patienceMs[fault] ?? 0)) throw toBatchError(error, fault, context)
        const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(tries, 10))
        await this.clock.sleep(Math.round(Math.random() * delayMs), signal)
      }
    }
  }
}

const codes: Record<Fault, BatchErrorCode> = {
  throttled: 'throttled',
  unsent: 'service-failed',
  unknown: 'service-failed',
  stale: 'no-credentials',
  denied: 'access-denied',
  refused: 'refused',
  'no-credentials': 'no-credentials',
  'no-region': 'no-region',
}

interface ErrorContext extends CallOptions {
  readonly name: CallName
  readonly waitedMs: number
}

function toBatchError(error: unknown, fault: Fault, { purpose, subject, name, waitedMs }: ErrorContext): BatchError {
  const service = name === 'GetLogEvents' ? 'CloudWatch Logs' : 'AWS Batch'
  const action = `${name === 'GetLogEvents' ? 'logs' : 'batch'}:${name}`
  const seconds = Math.round(waitedMs / 1_000)
  const why: Record<Fault, string> = {
    throttled: `${service} has answered "too many requests" for ${seconds} s. Others use the account too: try again later.`,
    unsent: `${service} could not be reached for ${seconds} s: ${messageOf(error)}. Look at the network, and at the region and the endpoint.`,
    unknown: `${service} has failed for ${seconds} s: ${messageOf(error)}. Try again later.`,
    stale: `${service} says that the credentials have expired: ${messageOf(error)}. Get new ones, and look at this machine's clock.`,
    denied: `AWS does not allow it: ${messageOf(error)}. Let the user or role do ${action}.`,
    refused: `${service} refuses it: ${messageOf(error)}.`,
    'no-credentials': `there are no AWS credentials: ${messageOf(error)}. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with "aws sso login".`,
    'no-region': 'no AWS region is set. Set AWS_REGION, or give region.',
  }
  return new BatchError(codes[fault], `Could not ${purpose}: ${why[fault]}`, {
    ...(subject === undefined ? {} : { subject }),
    retryable: fault === 'throttled' || fault === 'unknown' || fault === 'unsent',
    cause: error,
  })
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  // The text of AWS around its own message says nothing to the reader: "Error executing request, Exception : ..., RequestId: ...".
  const [, inner] = /^Error executing request, Exception : (.*?)(?:, RequestId: \S+)?$/s.exec(text) ?? []
  return (inner ?? text).replace(/\.$/, '')
}
