import type { BucketEndpoint } from './bucket-endpoint.ts'
import type { EndpointOptions } from './bucket-endpoints.ts'
import { mayHaveProfiles } from './profile-files.ts'

/** Regions of the partitions `aws`, `aws-cn` and `aws-us-gov` as they are named; any other is left to the SDK. */
const knownRegion =
  /^(?:us-gov|af|ap|ca|cn|eu|il|me|mx|sa|us)-(?:central|east|north|northeast|northwest|south|southeast|southwest|west)-\d$/
/** A bucket that a host name of AWS can begin with, or one with dots; no directory bucket, access point or Object Lambda, whose names end in `--...`. */
const plainBucket = /^(?!xn--)[a-z\d](?:[a-z\d]|[.-](?![.-])){1,61}[a-z\d]$/
const address = /^\d+\.\d+\.\d+\.\d+$/

/**
 * Where AWS has an ordinary bucket whose region is known: where the SDK's rules would place it, without loading the SDK, which takes half a second.
 * `undefined` where anything could make it otherwise: profiles, path style that was asked for, another partition, an unusual name.
 *
 * Source: https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
export function awsBucketEndpoint(
  options: EndpointOptions,
  { bucket, region: learned, env }: { readonly bucket: string; readonly region: string | undefined; readonly env: NodeJS.ProcessEnv },
): BucketEndpoint | undefined {
  const region = learned ?? env.AWS_REGION ?? ''
  const isChinese = region.startsWith('cn-')
  const isFips = options.useFipsEndpoint ?? flag(env.AWS_USE_FIPS_ENDPOINT)
  const isDualstack = options.useDualstackEndpoint ?? flag(env.AWS_USE_DUALSTACK_ENDPOINT)
  const isPlain = knownRegion.test(region) && plainBucket.test(bucket) && !address.test(bucket)
  const isSpecial = options.profile !== undefined || options.forcePathStyle !== undefined || (isChinese && isFips)
  if (!isPlain || isSpecial || isFips === undefined || isDualstack === undefined || mayHaveProfiles(env)) return undefined
  const service = `s3${isFips ? '-fips' : ''}${isDualstack ? '.dualstack' : ''}.${region}.amazonaws.com${isChinese ? '.cn' : ''}`
  const isInPath = bucket.includes('.')
  const hostname = isInPath ? service : `${bucket}.${service}`
  return { origin: { protocol: 'https:', hostname, port: 443 }, host: hostname, basePath: isInPath ? `/${bucket}` : '', region }
}

/** As the SDK reads it; `undefined` for what it would refuse. */
function flag(text: string | undefined): boolean | undefined {
  return text === undefined || text === 'false' ? false : text === 'true' ? true : undefined
}
