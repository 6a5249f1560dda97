import type { HttpOrigin } from '../http/http-client-seam.ts'

/** Where a bucket is. */
export interface BucketEndpoint {
  readonly origin: HttpOrigin
  /** The `host` header: with a port unless it is the protocol's own. */
  readonly host: string
  /** The path before `/key`: `/bucket` in path style, empty in virtual-hosted style. */
  readonly basePath: string
  /** The region that the signature names. */
  readonly region: string
}
