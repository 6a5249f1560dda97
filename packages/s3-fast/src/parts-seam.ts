/**
 * What the request path of src/operations calls of src/credentials, src/endpoint, src/errors, src/retry, src/xml and src/checksum.
 * A start, not law: a part may export better types of its own, then its line here goes.
 */
import type { HttpResponse } from './http/http-client-seam.ts'
import type { BucketEndpoint, SigningCredentials } from './sign/signer-seam.ts'

/** src/credentials/credential-cache.ts: `createCredentialCache(source, { now })`. */
export interface CredentialCache {
  /** The keys if they are known and need no refresh: the hot path does not wait. */
  readonly current: SigningCredentials | undefined
  /** The keys, fetched or refreshed where necessary. One refresh at a time. @throws S3Error credentials-unavailable. */
  get(signal?: AbortSignal): Promise<SigningCredentials>
  /** After ExpiredToken: the next `get` refreshes, unless that has been done since these keys were given. */
  expire(credentials: SigningCredentials): void
}

/** src/endpoint/bucket-endpoints.ts: `createBucketEndpoints({ endpoint?, region?, forcePathStyle? })`. */
export interface BucketEndpoints {
  /** Known already, else undefined: the hot path does not wait. */
  known(bucket: string): BucketEndpoint | undefined
  resolve(bucket: string): Promise<BucketEndpoint>
  /** S3 said that the bucket is in another region. */
  learnRegion(bucket: string, region: string): void
}

/** src/errors/s3-error.ts: one object of arguments, `cause` among them. */
export interface S3ErrorOptions {
  readonly code: string
  readonly message: string
  readonly retryable?: boolean
  readonly status?: number
  readonly requestId?: string
  readonly bucket?: string
  readonly key?: string
  readonly cause?: unknown
}

/** What an error is about, in its message and its fields. */
export interface RequestSubject {
  /** What could not be done, as a verb: `read`, `write`, `list`, `delete`, `copy`. */
  readonly action: string
  readonly bucket: string
  readonly key?: string
}

/** src/errors: `errorFromAnswer` for every status from 300 on (and 200 with an error's document), `errorFromTransport` for an HttpError. Both give an S3Error. */
export type ErrorFromAnswer = (response: HttpResponse, subject: RequestSubject) => Error
export type ErrorFromTransport = (error: unknown, subject: RequestSubject) => Error

/**
 * src/retry: `retrying(attempt, { policy, signal, onRetry })`. `attempt` is called with what an attempt must know; its rejection goes through the policy.
 * The first attempt allocates nothing beyond its promise.
 */
export interface AttemptContext {
  /** From 0. */
  readonly number: number
  /** An earlier attempt may have been done although no answer came: a conditional write must look before it believes a 412. */
  readonly outcomeUnknown: boolean
  /** Milliseconds to add to the machine's clock, learnt from the server's. */
  readonly clockOffsetMs: number
}

/** src/xml: `parseListing(document)`; `parseUploadId`, `parseDeleteErrors`, `parseCopyResult`, `parseCompleteResult`, `parseUploads`; `writeDelete(keys)`, `writeComplete(parts)`. */
export interface Listing {
  readonly objects: readonly { readonly key: string; readonly sizeBytes: number; readonly etag: string; readonly lastModified: Date }[]
  readonly prefixes: readonly string[]
  readonly nextToken: string | undefined
}
