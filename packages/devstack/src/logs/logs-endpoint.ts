import { randomUUID } from 'node:crypto'
import type { Answer } from '../s3/answer/answer.ts'
import type { KeyRing } from '../sigv4/key-ring.ts'
import { SignatureError } from '../sigv4/signature-error.ts'
import { verifyExchange } from '../sigv4/verify-exchange.ts'
import type { Exchange } from '../wire/exchange.ts'
import { jsonAnswer } from '../wire/json-answer.ts'
import { readBody } from '../wire/read-body.ts'
import { RequestCounts } from '../wire/request-counts.ts'
import { sendAnswer } from '../wire/send-answer.ts'
import { type GetLogEventsRequest, getLogEvents } from './get-log-events.ts'
import type { LogStreams } from './log-streams.ts'
import { LogsError } from './logs-error.ts'

/** What an endpoint is made of. */
export interface LogsEndpointOptions {
  readonly streams: LogStreams
  readonly keys: KeyRing
  readonly region: string
  readonly now: () => number
  /** Told of what should not happen. */
  readonly onError: (error: unknown) => void
}

const maxBodyBytes = 1_048_576
const targetPrefix = 'Logs_20140328.'
const contentType = { 'Content-Type': 'application/x-amz-json-1.1' }

/** Whether a request is one to CloudWatch Logs. */
export function isLogsRequest({ incoming }: Exchange): boolean {
  const target = incoming.headers['x-amz-target']
  return typeof target === 'string' && target.startsWith(targetPrefix)
}

/** Answers requests as CloudWatch Logs does: JSON, with the operation in a header. */
export class LogsEndpoint {
  readonly requests: RequestCounts<'GetLogEvents'> = new RequestCounts()
  readonly #options: LogsEndpointOptions

  constructor(options: LogsEndpointOptions) {
    this.#options = options
  }

  /** Answers one request. */
  async handle(exchange: Exchange): Promise<void> {
    await sendAnswer(exchange, await this.#answer(exchange))
  }

  async #answer(exchange: Exchange): Promise<Answer> {
    const headers = { ...contentType, 'x-amzn-RequestId': randomUUID() }
    const { keys, region, now } = this.#options
    try {
      const operation = String(exchange.incoming.headers['x-amz-target']).slice(targetPrefix.length)
      if (operation !== 'GetLogEvents')
        throw new LogsError('UnknownOperationException', `The devstack serves GetLogEvents of CloudWatch Logs, and not ${operation}.`)
      this.requests.add(operation)
      const body = await readBody(exchange, maxBodyBytes)
      if (!body) throw new LogsError('InvalidParameterException', 'The request is too large.')
      verifyExchange(exchange, { keys, region, service: 'logs', nowMs: now(), body })
      return jsonAnswer(200, getLogEvents(this.#options.streams, parse(body)), headers)
    } catch (error) {
      if (error instanceof LogsError) return jsonAnswer(400, { __type: error.code, message: error.message }, headers)
      if (error instanceof SignatureError) return jsonAnswer(400, { __type: signatureCode(error), message: error.message }, headers)
      this.#options.onError(error)
      return jsonAnswer(500, { __type: 'ServiceUnavailableException', message: 'The devstack failed.' }, headers)
    }
  }
}

function parse(body: Buffer): GetLogEventsRequest {
  try {
    const value: unknown = JSON.parse(body.toString())
    if (typeof value === 'object' && value !== null) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new LogsError('InvalidParameterException', 'The request is not a structure in JSON.')
}

function signatureCode({ code, details }: SignatureError): string {
  if (details.Role !== undefined) return 'AccessDeniedException'
  if (code === 'ExpiredToken') return 'ExpiredTokenException'
  if (code === 'AccessDenied') return 'MissingAuthenticationTokenException'
  return code === 'InvalidAccessKeyId' || code === 'InvalidToken' ? 'UnrecognizedClientException' : 'InvalidSignatureException'
}
