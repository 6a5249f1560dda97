import type { BucketEndpoint } from './bucket-endpoint.ts'
import type { EndpointOptions } from './bucket-endpoints.ts'
import { mayHaveProfiles } from './profile-files.ts'

/** Regions of the partition `aws` as they are named; any other is left to the SDK. */
const commercialRegion = /^(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:central|east|north|northeast|northwest|south|southeast|southwest|west)-\d$/
/** A bucket that a host name of AWS can begin with; no directory bucket, access point or Object Lambda, whose names end in `--...`. */
const plainBucket = /^(?!xn--)[a-z\d](?:[a-z\d]|-(?!-)){1,61}[a-z\d]$/

/**
 * Where AWS has an ordinary bucket whose region is known: where the SDK's rules would place it, without loading the SDK, which takes half a second.
 * `undefined` where anything could make it otherwise: profiles, FIPS, dual-stack, another partition, path style, an unusual name.
 *
 * Source: https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
export function awsBucketEndpoint(
  { profile, forcePathStyle, useFipsEndpoint, useDualstackEndpoint }: EndpointOptions,
  { bucket, region, env }: { readonly bucket: string; readonly region: string | undefined; readonly env: NodeJS.ProcessEnv },
): BucketEndpoint | undefined {
  const name = region ?? env.AWS_REGION ?? ''
  const asked = [profile, forcePathStyle, useFipsEndpoint, useDualstackEndpoint, env.AWS_USE_FIPS_ENDPOINT, env.AWS_USE_DUALSTACK_ENDPOINT]
  if (asked.some((each) => each !== undefined) || !commercialRegion.test(name) || !plainBucket.test(bucket) || mayHaveProfiles(env))
    return undefined
  const hostname = `${bucket}.s3.${name}.amazonaws.com`
  return { origin: { protocol: 'https:', hostname, port: 443 }, host: hostname, basePath: '', region: name }
}
