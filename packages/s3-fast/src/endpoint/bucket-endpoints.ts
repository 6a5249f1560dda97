import { S3Error } from '../errors/s3-error.ts'
import { awsBucketEndpoint } from './aws-endpoint.ts'
import type { BucketEndpoint } from './bucket-endpoint.ts'
import { type CustomEndpoint, customBucketEndpoint, parseEndpoint } from './custom-endpoint.ts'
import { hasConfigFile } from './profile-files.ts'
import { sdkBucketEndpoint } from './sdk-endpoint.ts'

/** Where buckets are. What is absent comes from the environment and from the profile, as in the AWS SDK. */
export interface EndpointOptions {
  /** URL of an S3 service. Default: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, the profile's `endpoint_url`, else AWS. */
  readonly endpoint?: string | undefined
  /** Default: `AWS_REGION`, the profile's region; at a service that is not AWS `us-east-1`. A bucket that turns out to be elsewhere is followed. */
  readonly region?: string | undefined
  /** The profile of `~/.aws/config`. Default: `AWS_PROFILE`, else `default`. */
  readonly profile?: string | undefined
  /** The bucket in the path instead of the host name. Default: where the host is an address, `localhost` or a name without dots, and for buckets with dots over TLS. */
  readonly forcePathStyle?: boolean | undefined
  /** AWS's FIPS 140 endpoints. Default: `AWS_USE_FIPS_ENDPOINT`, the profile. */
  readonly useFipsEndpoint?: boolean | undefined
  /** AWS's endpoints with IPv6 too. Default: `AWS_USE_DUALSTACK_ENDPOINT`, the profile. */
  readonly useDualstackEndpoint?: boolean | undefined
}

/** Where each bucket is, found out once. */
export interface BucketEndpoints {
  /** Where a bucket is, if that is known: the hot path does not wait. */
  known(bucket: string): BucketEndpoint | undefined
  /**
   * Where a bucket is. Of several calls for one bucket, one finds out.
   *
   * @throws S3Error: `invalid-request` where there is no region, or no rule for the bucket. TypeError for an endpoint of the environment that is no URL.
   */
  resolve(bucket: string): Promise<BucketEndpoint>
  /** S3 said that the bucket is in another region: that is where it is looked for from now on. */
  learnRegion(bucket: string, region: string): void
}

/**
 * @param env Where variables are read, at once and not again.
 * @throws TypeError for an endpoint that is no URL, a region that is no word, FIPS or dual-stack with an endpoint of one's own.
 */
export function createBucketEndpoints(options: EndpointOptions, env: NodeJS.ProcessEnv = process.env): BucketEndpoints {
  checkOptions(options)
  const custom = customEndpoint(options, env)
  const found = new Map<string, BucketEndpoint>()
  const asked = new Map<string, Promise<BucketEndpoint>>()
  const regions = new Map<string, string>()
  let customRegion: Promise<string> | undefined

  const find = async (bucket: string): Promise<BucketEndpoint> => {
    checkBucket(bucket)
    const region = regions.get(bucket)
    if (!custom) {
      const place = { bucket, region: region ?? options.region }
      return awsBucketEndpoint(options, { ...place, env }) ?? (await sdkEndpoint(options, place))
    }
    customRegion ??= regionAtCustomEndpoint(options, env)
    return customBucketEndpoint(custom, { bucket, region: region ?? (await customRegion), forcePathStyle: options.forcePathStyle })
  }

  return {
    known: (bucket) => found.get(bucket),
    async resolve(bucket) {
      const already = found.get(bucket) ?? asked.get(bucket)
      if (already !== undefined) return already
      const finding = find(bucket)
      asked.set(bucket, finding)
      try {
        const endpoint = await finding
        // A region that was learnt in the meantime makes this one obsolete.
        if (asked.get(bucket) === finding) found.set(bucket, endpoint)
        return endpoint
      } finally {
        if (asked.get(bucket) === finding) asked.delete(bucket)
      }
    },
    learnRegion(bucket, region) {
      if (!isRegion.test(region) || found.get(bucket)?.region === region) return
      regions.set(bucket, region)
      found.delete(bucket)
      asked.delete(bucket)
    },
  }
}

const isRegion = /^[a-z\d][a-z\d-]*$/i

function checkOptions({ endpoint, region, useFipsEndpoint, useDualstackEndpoint }: EndpointOptions): void {
  if (region !== undefined && (typeof region !== 'string' || !isRegion.test(region)))
    throw new TypeError(`region is the name of one, such as "eu-north-1", not ${JSON.stringify(region)}.`)
  if (endpoint !== undefined && (useFipsEndpoint || useDualstackEndpoint))
    throw new TypeError('useFipsEndpoint and useDualstackEndpoint choose among the endpoints of AWS: leave them out, or the endpoint.')
}

/** Directory buckets sign with sessions of their own, and ARNs name no host: better said here than by a puzzling answer. */
function checkBucket(bucket: string): void {
  const advice = bucket.endsWith('--x-s3')
    ? 'it is a directory bucket (S3 Express One Zone), which this client does not support.'
    : bucket.startsWith('arn:')
      ? 'it is an ARN. Give the alias of the access point instead: it is used like the name of a bucket.'
      : undefined
  if (advice !== undefined) throw new S3Error({ code: 'unsupported', message: `Could not use the bucket "${bucket}": ${advice}`, bucket })
}

function customEndpoint(
  { endpoint, useFipsEndpoint, useDualstackEndpoint }: EndpointOptions,
  env: NodeJS.ProcessEnv,
): CustomEndpoint | undefined {
  if (endpoint !== undefined) return parseEndpoint(endpoint, 'endpoint')
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true' || useFipsEndpoint || useDualstackEndpoint) return undefined
  const name = env.AWS_ENDPOINT_URL_S3 ? 'AWS_ENDPOINT_URL_S3' : 'AWS_ENDPOINT_URL'
  const url = env[name]
  return url ? parseEndpoint(url, name) : undefined
}

/** The SDK is asked only where a profile may name a region: most services of their own need none. */
async function regionAtCustomEndpoint({ region, profile }: EndpointOptions, env: NodeJS.ProcessEnv): Promise<string> {
  const stated = region ?? env.AWS_REGION
  if (stated) return stated
  if (!hasConfigFile(env)) return fallbackRegion
  const { region: configured } = await sdkBucketEndpoint({ bucket: 'any', region: undefined, profile }).catch(() => ({
    region: fallbackRegion,
  }))
  return configured
}

const fallbackRegion = 'us-east-1'

async function sdkEndpoint(
  { profile, forcePathStyle, useFipsEndpoint, useDualstackEndpoint }: EndpointOptions,
  { bucket, region }: { readonly bucket: string; readonly region: string | undefined },
): Promise<BucketEndpoint> {
  try {
    return inPathOfOneWord(await sdkBucketEndpoint({ bucket, region, profile, forcePathStyle, useFipsEndpoint, useDualstackEndpoint }), {
      bucket,
      forcePathStyle,
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `Could not find out where the bucket "${bucket}" is: ${reason}. Give a region (new S3({ region }), AWS_REGION) or an endpoint (AWS_ENDPOINT_URL_S3).`
    throw new S3Error({ code: 'invalid-request', message, bucket, cause })
  }
}

/** A profile's `endpoint_url` is addressed as one that was given: the SDK would ask for `bucket.localhost`. */
function inPathOfOneWord(
  endpoint: BucketEndpoint,
  { bucket, forcePathStyle }: { readonly bucket: string; readonly forcePathStyle: boolean | undefined },
): BucketEndpoint {
  const { origin, basePath, region } = endpoint
  const service = origin.hostname.startsWith(`${bucket}.`) ? origin.hostname.slice(bucket.length + 1) : ''
  if (service === '' || service.includes('.')) return endpoint
  return customBucketEndpoint({ origin: { ...origin, hostname: service }, basePath }, { bucket, region, forcePathStyle })
}
