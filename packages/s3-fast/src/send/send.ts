import type { ConnectionPilot } from '../concurrency/connection-pilot.ts'
import type { CredentialCache } from '../credentials/credential-cache.ts'
import type { SigningCredentials } from '../credentials/signing-credentials.ts'
import type { BucketEndpoint } from '../endpoint/bucket-endpoint.ts'
import type { BucketEndpoints } from '../endpoint/bucket-endpoints.ts'
import { errorFromAnswer } from '../errors/error-from-answer.ts'
import { errorFromTransport } from '../errors/error-from-transport.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../http/http-client-seam.ts'
import { type Pieces, piecesSize } from '../http/pieces.ts'
import type { AttemptContext, Retrier, Retry } from '../retry/retrier.ts'
import { encodeKey, encodeQuery } from '../sign/encode-key.ts'
import { createSigner, type Signer } from '../sign/signer.ts'
import type { S3Request, Send } from './s3-request.ts'

/** What requests are sent with. */
export interface SendParts {
  readonly http: HttpClient
  readonly endpoints: BucketEndpoints
  readonly credentials: CredentialCache
  readonly retrier: Retrier
  readonly pilot: ConnectionPilot
  readonly idleTimeoutMs: number
}

/** The path of every request: where to, encoded, signed, sent, understood, and sent again where that may help. */
export function createSend({ http, endpoints, credentials, retrier, pilot, idleTimeoutMs }: SendParts): Send {
  const signers = new Map<string, Signer>()
  /** The keys that a failed attempt was signed with: by now there may be others. */
  const keysOf = new WeakMap<Error, SigningCredentials>()
  /** Buckets that have answered: one object that is missing in them is just that. */
  const seen = new Set<string>()

  const signerFor = (region: string): Signer => {
    const signer = signers.get(region) ?? createSigner({ region })
    signers.set(region, signer)
    return signer
  }

  const compose = <T>(request: S3Request<T>, { endpoint, keys, context }: Signing): HttpRequest => {
    const { method, key, query, body } = request
    const path = key === undefined ? endpoint.basePath || '/' : `${endpoint.basePath}/${encodeKey(key)}`
    const search = query === undefined ? '' : encodeQuery(query)
    const signed = signerFor(endpoint.region).sign(
      {
        method,
        host: endpoint.host,
        path,
        query: search,
        headers: typeof request.headers === 'function' ? request.headers() : request.headers,
        payloadHash: body && 'UNSIGNED-PAYLOAD',
        signedAtMs: retrier.signingTime(context),
      },
      keys,
    )
    return {
      origin: endpoint.origin,
      method,
      target: search === '' ? path : `${path}?${search}`,
      headers: signed + lengthHeader(method, body),
      body,
      sink: request.sink,
      signal: request.signal,
      idleTimeoutMs,
    }
  }

  const understand = <T>(
    response: HttpResponse,
    { request, keys }: { readonly request: S3Request<T>; readonly keys: SigningCredentials },
  ): T => {
    if (response.status >= 200 && response.status < 300) {
      seen.add(request.bucket)
      return request.read(response)
    }
    const error = errorFromAnswer(response, request)
    keysOf.set(error, keys)
    throw error
  }

  // What an async function has at hand while it waits is kept for each request that is under way: little, for the sake of the many.
  const attempt = async <T>(request: S3Request<T>, context: AttemptContext): Promise<T> => {
    pilot.begin()
    try {
      const endpoint = endpoints.known(request.bucket) ?? (await endpoints.resolve(request.bucket))
      const keys = credentials.current ?? (await credentials.get(request.signal))
      const response = await http.request(compose(request, { endpoint, keys, context }))
      return understand(response, { request, keys })
    } catch (error) {
      return await explain(errorFromTransport(error, request), { request, context })
    } finally {
      pilot.end()
    }
  }

  const onRetry = ({ error, remedy }: Retry): void => {
    const keys = keysOf.get(error)
    if (remedy === 'refresh-credentials' && keys) credentials.expire(keys)
    if (remedy === 'follow-region' && error.bucket !== undefined && error.region !== undefined)
      endpoints.learnRegion(error.bucket, error.region)
  }

  /** What a failure means that its answer alone does not say. */
  const explain = async <T>(
    error: unknown,
    { request, context }: { readonly request: S3Request<T>; readonly context: AttemptContext },
  ): Promise<T> => {
    const { method, key, bucket, signal, recover } = request
    if (context.outcomeUnknown && recover && S3Error.is(error, 'already-exists')) {
      const recovered = await recover()
      if (recovered !== undefined) return recovered
    }
    if (method === 'HEAD' && key !== undefined && S3Error.is(error, 'not-found') && !seen.has(bucket))
      await send({ method: 'HEAD', action: 'find', bucket, signal, read: () => undefined }).catch((bucketError: unknown) => {
        // Keys that may not look at the bucket may yet read its objects.
        if (!S3Error.is(bucketError, 'forbidden')) throw bucketError
        seen.add(bucket)
      })
    throw error
  }

  const send: Send = (request) => retrier.run((context) => attempt(request, context), { signal: request.signal, onRetry })
  return send
}

/** What a request is signed with. */
interface Signing {
  readonly endpoint: BucketEndpoint
  readonly keys: SigningCredentials
  readonly context: AttemptContext
}

/** Servers want a length with every body, and with the methods that may have one. */
function lengthHeader(method: HttpRequest['method'], body: Pieces | undefined): string {
  if (body) return `content-length: ${piecesSize(body)}\r\n`
  return method === 'PUT' || method === 'POST' ? 'content-length: 0\r\n' : ''
}
