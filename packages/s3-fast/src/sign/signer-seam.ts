import type { HttpOrigin } from '../http/http-client-seam.ts'

/** What a request needs to be signed. */
export interface RequestToSign {
  readonly method: string
  /** The `host` header: with a port unless it is the protocol's own. */
  readonly host: string
  /** The path as it goes on the wire (each byte outside the unreserved set and `/` percent-encoded, once). */
  readonly path: string
  /** The query as it goes on the wire, names sorted, without `?`; empty for none. */
  readonly query: string
  /** Further headers to send and sign: names in lower case, in any order; values without leading or trailing space. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** sha256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`. Default: the hash of an empty body. */
  readonly payloadHash?: string
}

/** Signs requests with SigV4 (AWS Signature Version 4 for S3) and gives the block of headers for HttpRequest.headers. */
export interface Signer {
  /** `host`, `x-amz-date`, `x-amz-content-sha256`, `x-amz-security-token` where there is one, the given headers, `authorization`: each as `name: value\r\n`. */
  sign(request: RequestToSign, credentials: SigningCredentials, now: Date): string
}

/** The keys that a request is signed with. */
export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Where a bucket is: the origin, the host header, and the path that comes before `/key`: `/bucket` in path style, empty in virtual-hosted style. */
export interface BucketEndpoint {
  readonly origin: HttpOrigin
  readonly host: string
  readonly basePath: string
  /** The region that the signature names. */
  readonly region: string
}
