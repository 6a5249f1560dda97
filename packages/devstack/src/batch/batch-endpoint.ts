import { randomUUID } from 'node:crypto'
import type { BatchFaults } from '../faults/batch-faults.ts'
import type { FaultKind } from '../faults/fault-plan.ts'
import type { Answer } from '../s3/answer/answer.ts'
import { parseQuery } from '../sigv4/canonical/query.ts'
import { uriDecode } from '../sigv4/canonical/uri-encoding.ts'
import type { KeyRing } from '../sigv4/key-ring.ts'
import { SignatureError, type SignatureErrorCode } from '../sigv4/signature-error.ts'
import { verifyExchange } from '../sigv4/verify-exchange.ts'
import type { Exchange } from '../wire/exchange.ts'
import { jsonAnswer } from '../wire/json-answer.ts'
import { readBody } from '../wire/read-body.ts'
import { RequestCounts } from '../wire/request-counts.ts'
import { sendAnswer } from '../wire/send-answer.ts'
import type { BatchContext } from './batch-context.ts'
import { BatchError, type BatchErrorCode, clientError } from './batch-error.ts'
import { Fields, isObject, type JsonObject } from './fields.ts'
import { type BatchOperationName, batchOperations, routeBatch } from './operations.ts'

/** What an endpoint is made of. */
export interface BatchEndpointOptions {
  readonly context: BatchContext
  readonly keys: KeyRing
  readonly faults: BatchFaults
  readonly region: string
  readonly now: () => number
  /** Told of what should not happen. */
  readonly onError: (error: unknown) => void
}

const maxBodyBytes = 1_048_576

/** Answers requests as Batch does: JSON over paths such as `/v1/submitjob`. */
export class BatchEndpoint {
  readonly requests: RequestCounts<BatchOperationName> = new RequestCounts()
  readonly #options: BatchEndpointOptions

  constructor(options: BatchEndpointOptions) {
    this.#options = options
  }

  /** Answers one request. */
  async handle(exchange: Exchange): Promise<void> {
    const operation = routeBatch(exchange.incoming.method ?? '', exchange.rawPath)
    if (operation) this.requests.add(operation)
    const fault = operation && this.#options.faults.draw(operation)
    if (fault?.kind === 'reset') return exchange.reset()
    const refusal = fault && refusals[fault.kind]
    await sendAnswer(exchange, await this.#answer(exchange, operation, refusal), refusal ? undefined : fault)
  }

  async #answer(exchange: Exchange, operation: BatchOperationName | undefined, refusal: BatchError | undefined): Promise<Answer> {
    const requestId = randomUUID()
    const { keys, region, now } = this.#options
    try {
      if (!operation) throw new BatchError('UnknownOperationException', `The devstack does not serve ${exchange.rawPath}.`)
      const body = await readBody(exchange, maxBodyBytes)
      if (!body) throw clientError('Request is too large')
      if (refusal) throw refusal
      verifyExchange(exchange, { keys, region, service: 'batch', nowMs: now(), body })
      return jsonAnswer(200, batchOperations[operation](this.#options.context, new Fields(readInput(exchange, body))), {
        'x-amzn-RequestId': requestId,
      })
    } catch (error) {
      const told = toBatchError(error)
      if (told.code === 'ServerException' && told !== refusal) this.#options.onError(error)
      const message =
        told.code === 'ClientException' ? `Error executing request, Exception : ${told.message}, RequestId: ${requestId}` : told.message
      return jsonAnswer(told.status, { message }, { 'x-amzn-RequestId': requestId, 'x-amzn-errortype': told.code })
    }
  }
}

/** Faults that are answers by which nothing is done. */
const refusals: Partial<Record<FaultKind, BatchError>> = {
  '429': new BatchError('TooManyRequestsException', 'Too Many Requests'),
  '500': new BatchError('ServerException', 'Internal server error'),
  'expired-token': new BatchError('ExpiredTokenException', 'The security token included in the request is expired'),
}

function readInput({ rawPath, rawQuery }: Exchange, body: Buffer): JsonObject {
  const tagged = rawPath.startsWith('/v1/tags/')
  return {
    ...parseJson(body),
    ...(tagged
      ? {
          resourceArn: uriDecode(rawPath.slice('/v1/tags/'.length)),
          tagKeys: parseQuery(rawQuery)
            .filter(([name]) => name === 'tagKeys')
            .map(([, value]) => value),
        }
      : {}),
  }
}

function parseJson(body: Buffer): JsonObject {
  if (body.length === 0) return {}
  try {
    const value: unknown = JSON.parse(body.toString())
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw clientError('Request body is not valid JSON')
}

const signatureCodes: Partial<Record<SignatureErrorCode, BatchErrorCode>> = {
  AccessDenied: 'MissingAuthenticationTokenException',
  AuthorizationHeaderMalformed: 'IncompleteSignature',
  AuthorizationQueryParametersError: 'IncompleteSignature',
  ExpiredToken: 'ExpiredTokenException',
  InvalidAccessKeyId: 'UnrecognizedClientException',
  InvalidToken: 'UnrecognizedClientException',
}

function toBatchError(error: unknown): BatchError {
  if (error instanceof BatchError) return error
  if (error instanceof SignatureError && error.details.Role !== undefined) return new BatchError('AccessDeniedException', error.message)
  if (error instanceof SignatureError) return new BatchError(signatureCodes[error.code] ?? 'InvalidSignatureException', error.message)
  return new BatchError('ServerException', `The devstack failed: ${error instanceof Error ? error.message : String(error)}`)
}
