import type { Fault, FaultKind } from '../faults/fault-plan.ts'
import type { Faults } from '../faults/faults.ts'
import { parseQuery, type QueryPairs } from '../sigv4/canonical/query.ts'
import type { KeyRing } from '../sigv4/key-ring.ts'
import { verifyExchange } from '../sigv4/verify-exchange.ts'
import type { Exchange } from '../wire/exchange.ts'
import { RequestCounts } from '../wire/request-counts.ts'
import { sendAnswer } from '../wire/send-answer.ts'
import type { Answer } from './answer/answer.ts'
import { errorAnswer, isExpected } from './answer/error-answer.ts'
import { operations } from './operations.ts'
import { parseAddress } from './route/address.ts'
import type { OperationName } from './route/operation-name.ts'
import { routeRequest, type Target } from './route/route.ts'
import type { S3Context } from './s3-context.ts'
import { S3Error, type S3ErrorCode } from './s3-error.ts'
import type { RequestHeaders } from './s3-request.ts'

/** What an endpoint is made of. */
export interface S3EndpointOptions {
  readonly context: S3Context
  readonly keys: KeyRing
  readonly faults: Faults
  /** Told of what should not happen. */
  readonly onError: (error: unknown) => void
}

const noQuery: ReadonlyMap<string, string> = new Map()
const ofSignature = /^x-amz-(algorithm|content-sha256|credential|date|expires|security-token|signature|signedheaders)$/i
const errorFaults: Partial<Record<FaultKind, S3ErrorCode>> = { '503': 'SlowDown', '500': 'InternalError', 'expired-token': 'ExpiredToken' }

/** Answers requests as S3 does. */
export class S3Endpoint {
  readonly requests: RequestCounts<OperationName> = new RequestCounts()
  readonly #options: S3EndpointOptions

  constructor(options: S3EndpointOptions) {
    this.#options = options
  }

  /** Answers one request. */
  async handle(exchange: Exchange): Promise<void> {
    const { context, keys } = this.#options
    let fault: Fault | undefined
    let answer: Answer
    try {
      const query = readQuery(exchange)
      const { target, operation } = readTarget(exchange, query)
      this.requests.add(operation)
      fault = this.#options.faults.drawS3(operation)
      if (fault?.kind === 'reset') return exchange.reset()
      const code = fault && errorFaults[fault.kind]
      if (code) {
        fault = undefined
        throw new S3Error(code)
      }
      const done = operations[operation](context, {
        incoming: exchange.incoming,
        bucket: target.bucket ?? '',
        key: target.key ?? '',
        query: target.query,
        headers: target.headers,
        signature: verifyExchange(exchange, { keys, region: context.region, service: 's3', nowMs: context.now(), query }),
        sendContinue: () => exchange.continue.send(),
      })
      answer = done instanceof Promise ? await done : done
    } catch (error) {
      if (!isExpected(error)) this.#options.onError(error)
      answer = errorAnswer(error, exchange.rawPath)
    }
    await sendAnswer(exchange, this.#dated(answer), fault)
  }

  /** Clients set their clocks by this header: it must tell the time that signatures are verified with. */
  #dated(answer: Answer): Answer {
    const { now } = this.#options.context
    return now === Date.now ? answer : { ...answer, headers: { ...answer.headers, Date: new Date(now()).toUTCString() } }
  }
}

function readQuery({ rawQuery }: Exchange): QueryPairs {
  try {
    return parseQuery(rawQuery)
  } catch (error) {
    if (error instanceof URIError) throw new S3Error('InvalidURI')
    throw error
  }
}

function readTarget({ incoming, rawPath }: Exchange, query: QueryPairs): { readonly target: Target; readonly operation: OperationName } {
  const target: Target = {
    ...parseAddress(rawPath, incoming.headers.host ?? ''),
    method: incoming.method ?? '',
    query: query.length === 0 ? noQuery : new Map(query),
    headers: withHoisted(incoming.headers, query),
  }
  return { target, operation: routeRequest(target) }
}

/** Presigned URLs carry headers as parameters, so that whoever uses them need not send any. */
function withHoisted(headers: RequestHeaders, query: QueryPairs): RequestHeaders {
  if (!query.some(([name]) => name === 'X-Amz-Signature')) return headers
  const hoisted: [name: string, value: string][] = []
  for (const [name, value] of query) if (/^x-amz-/i.test(name) && !ofSignature.test(name)) hoisted.push([name.toLowerCase(), value])
  return hoisted.length === 0 ? headers : { ...Object.fromEntries(hoisted), ...headers }
}
