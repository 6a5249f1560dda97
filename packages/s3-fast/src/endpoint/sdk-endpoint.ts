import type { BucketEndpoint } from './bucket-endpoint.ts'

/** What decides where AWS keeps a bucket. What is absent comes from the environment and the profile, as in the AWS SDK. */
export interface SdkEndpointOptions {
  readonly bucket: string
  readonly region?: string | undefined
  readonly profile?: string | undefined
  readonly forcePathStyle?: boolean | undefined
  readonly useFipsEndpoint?: boolean | undefined
  readonly useDualstackEndpoint?: boolean | undefined
}

/**
 * Where the AWS SDK would send a request for this bucket, by its own rules: partitions, FIPS, dual-stack, the profile's `endpoint_url` and region, path style.
 *
 * Nothing is sent: the SDK builds a HEAD of the bucket for a transport that only looks at it. Loads `@aws-sdk/client-s3` (about 100 ms the first time).
 *
 * @throws the SDK's error where it has no region or no rule for the bucket.
 */
export async function sdkBucketEndpoint({ bucket, ...options }: SdkEndpointOptions): Promise<BucketEndpoint> {
  const { HeadBucketCommand, S3Client } = await import('@aws-sdk/client-s3')
  let built: BuiltRequest | undefined
  const client = new S3Client({
    ...definedOnly(options),
    // Nothing is sent, so nobody reads what these sign.
    credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
    maxAttempts: 1,
    requestHandler: {
      handle: (request: BuiltRequest) => {
        built = request
        return Promise.reject(notSent)
      },
    },
  })
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }))
  } catch (error) {
    if (error !== notSent) throw error
  } finally {
    client.destroy()
  }
  if (!built) throw new TypeError('The AWS SDK built no request.')
  return endpointOf(built)
}

const notSent = new Error('The AWS SDK only builds the request.')

/** The parts of the SDK's HttpRequest that tell where it goes. */
interface BuiltRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

function endpointOf({ protocol, hostname, port, path, headers }: BuiltRequest): BucketEndpoint {
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`The AWS SDK asks for the protocol "${protocol}".`)
  const region = /Credential=[^/]*\/\d{8}\/([^/]+)\//.exec(headers.authorization ?? '')?.[1]
  if (region === undefined)
    throw new TypeError('The AWS SDK signs for this bucket in a way of its own (SigV4A), which this client does not know.')
  const ownPort = protocol === 'https:' ? 443 : 80
  const isOwnPort = port === undefined || port === ownPort
  return {
    origin: { protocol, hostname, port: port ?? ownPort },
    host: isOwnPort ? hostname : `${hostname}:${port}`,
    basePath: path.replace(/\/+$/, ''),
    region,
  }
}

function definedOnly<T extends object>(options: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]: Exclude<T[Name], undefined>
  }
}
