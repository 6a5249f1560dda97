import { isIP } from 'node:net'
import type { HttpOrigin } from '../http/http-client-seam.ts'
import type { BucketEndpoint } from './bucket-endpoint.ts'

/** An S3 service at an address of its own: MinIO, Ceph, a devstack, a gateway. */
export interface CustomEndpoint {
  readonly origin: HttpOrigin
  /** What stands before the bucket, without `/` at its end; often empty. */
  readonly basePath: string
}

/**
 * Reads the URL of a service.
 *
 * @param source What gave it, for the message: `endpoint`, `AWS_ENDPOINT_URL_S3`.
 * @throws TypeError for what is no http or https URL, and for one with credentials, a query or a fragment.
 */
export function parseEndpoint(url: string, source: string): CustomEndpoint {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') || !parsed.hostname)
    throw new TypeError(`${source} is the URL of an S3 service, such as "http://127.0.0.1:9000", not ${JSON.stringify(url)}.`)
  if (parsed.username || parsed.password || parsed.search || parsed.hash)
    throw new TypeError(`${source} has a protocol, a host, a port and a path only: no user, password, query or fragment.`)
  const { protocol } = parsed
  const port = parsed.port === '' ? defaultPorts[protocol] : Number(parsed.port)
  return { origin: { protocol, hostname: unbracketed(parsed.hostname), port }, basePath: parsed.pathname.replace(/\/+$/, '') }
}

/** How the bucket is named at a service of its own. */
export interface Addressing {
  readonly bucket: string
  readonly region: string
  /** `true`: in the path; `false`: in the host name where that is possible. Default: see `customBucketEndpoint`. */
  readonly forcePathStyle?: boolean | undefined
}

/**
 * Where a bucket is at a service of its own. In the host name, as the AWS SDK does it; in the path for addresses, for `localhost` and other names
 * of one word, which rarely have subdomains, for buckets with dots over TLS, whose names no wildcard certificate covers, and where it is asked for.
 */
export function customBucketEndpoint({ origin, basePath }: CustomEndpoint, { bucket, region, forcePathStyle }: Addressing): BucketEndpoint {
  const { protocol, hostname, port } = origin
  if (isInPath()) return { origin, host: hostHeader(origin), basePath: `${basePath}/${bucket}`, region }
  const bucketOrigin = { protocol, hostname: `${bucket}.${hostname}`, port }
  return { origin: bucketOrigin, host: hostHeader(bucketOrigin), basePath, region }

  function isInPath(): boolean {
    if (isIP(hostname) !== 0 || !isHostLabel.test(bucket) || (bucket.includes('.') && protocol === 'https:')) return true
    return forcePathStyle ?? !hostname.includes('.')
  }
}

/** The `host` header of an origin. */
function hostHeader({ protocol, hostname, port }: HttpOrigin): string {
  const name = hostname.includes(':') ? `[${hostname}]` : hostname
  return port === defaultPorts[protocol] ? name : `${name}:${port}`
}

const defaultPorts: Readonly<Record<HttpOrigin['protocol'], number>> = { 'http:': 80, 'https:': 443 }

/** Old buckets may have capitals and underscores, which host names do not have. */
const isHostLabel = /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/

const unbracketed = (hostname: string): string => (hostname.startsWith('[') ? hostname.slice(1, -1) : hostname)
