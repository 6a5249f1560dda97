import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { awsBucketEndpoint } from './aws-endpoint.ts'
import { createBucketEndpoints, type EndpointOptions } from './bucket-endpoints.ts'
import { parseEndpoint } from './custom-endpoint.ts'
import { sdkBucketEndpoint } from './sdk-endpoint.ts'

let folder: string
const env = { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere' }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'endpoints-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
})
afterEach(() => void vi.unstubAllEnvs())

async function place(bucket: string, options: EndpointOptions = {}): Promise<string> {
  const { origin, host, basePath, region } = await createBucketEndpoints(options).resolve(bucket)
  expect(new URL(`${origin.protocol}//${host}`).port).toBe(new URL(`${origin.protocol}//host:${origin.port}`).port)
  return `${origin.protocol}//${host}${basePath} ${region}`
}

test.each<[string, EndpointOptions, string]>([
  ['an address', { endpoint: 'http://127.0.0.1:9000' }, 'http://127.0.0.1:9000/lake us-east-1'],
  ['an IPv6 address', { endpoint: 'http://[::1]:9000/' }, 'http://[::1]:9000/lake us-east-1'],
  ['localhost', { endpoint: 'http://localhost:9000' }, 'http://localhost:9000/lake us-east-1'],
  ['a name of one word', { endpoint: 'http://minio' }, 'http://minio/lake us-east-1'],
  ['localhost, by host name', { endpoint: 'http://localhost:9000', forcePathStyle: false }, 'http://lake.localhost:9000 us-east-1'],
  ['a domain', { endpoint: 'https://s3.example.com', region: 'eu-north-1' }, 'https://lake.s3.example.com eu-north-1'],
  ['a domain, in the path', { endpoint: 'https://s3.example.com', forcePathStyle: true }, 'https://s3.example.com/lake us-east-1'],
  [
    'a gateway with a path',
    { endpoint: 'https://gateway.example.com:8443/s3/', forcePathStyle: true },
    'https://gateway.example.com:8443/s3/lake us-east-1',
  ],
  ['the port of the protocol', { endpoint: 'https://s3.example.com:443' }, 'https://lake.s3.example.com us-east-1'],
])('a bucket at %s is where it is expected', async (_, options, expected) => {
  expect(await place('lake', options)).toBe(expected)
})

test('buckets whose names no host or no certificate can have are in the path', async () => {
  const endpoint = 'https://s3.example.com'
  expect(await place('my.dotted.bucket', { endpoint })).toBe('https://s3.example.com/my.dotted.bucket us-east-1')
  expect(await place('my.dotted.bucket', { endpoint: 'http://s3.example.com' })).toBe('http://my.dotted.bucket.s3.example.com us-east-1')
  expect(await place('Old_Bucket', { endpoint })).toBe('https://s3.example.com/Old_Bucket us-east-1')
})

test.each(['localhost:9000', 'ftp://a', '', 'http://', 'http://user:pass@host', 'http://host?x=1', 'http://host#x'])(
  'the endpoint %j is refused before anything is sent',
  (endpoint) => {
    expect(() => createBucketEndpoints({ endpoint })).toThrow(TypeError)
    expect(() => parseEndpoint(endpoint, 'AWS_ENDPOINT_URL_S3')).toThrow(/AWS_ENDPOINT_URL_S3/)
  },
)

test('a region that is no word, and FIPS at an endpoint of its own, are refused', () => {
  expect(() => createBucketEndpoints({ region: 'eu north' })).toThrow(TypeError)
  expect(() => createBucketEndpoints({ endpoint: 'http://127.0.0.1:1', useFipsEndpoint: true })).toThrow(TypeError)
})

test('the endpoint and the region come from the environment', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1')
  expect(await place('lake')).toBe('http://127.0.0.1:1/lake us-east-1')
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:2')
  vi.stubEnv('AWS_REGION', 'eu-north-1')
  expect(await place('lake')).toBe('http://127.0.0.1:2/lake eu-north-1')
  expect(await place('lake', { endpoint: 'http://127.0.0.1:3', region: 'eu-west-1' })).toBe('http://127.0.0.1:3/lake eu-west-1')
  vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true')
  expect(await place('lake')).toBe('https://lake.s3.eu-north-1.amazonaws.com eu-north-1')
})

test.each<[string, string, EndpointOptions, string]>([
  ['the host name', 'lake', { region: 'eu-north-1' }, 'https://lake.s3.eu-north-1.amazonaws.com eu-north-1'],
  [
    'the path where asked for',
    'lake',
    { region: 'eu-north-1', forcePathStyle: true },
    'https://s3.eu-north-1.amazonaws.com/lake eu-north-1',
  ],
  ['the path for dots', 'my.bucket', { region: 'us-east-1' }, 'https://s3.us-east-1.amazonaws.com/my.bucket us-east-1'],
  ['FIPS', 'lake', { region: 'us-west-2', useFipsEndpoint: true }, 'https://lake.s3-fips.us-west-2.amazonaws.com us-west-2'],
  [
    'dual-stack',
    'lake',
    { region: 'us-west-2', useDualstackEndpoint: true },
    'https://lake.s3.dualstack.us-west-2.amazonaws.com us-west-2',
  ],
  ['another partition', 'lake', { region: 'cn-north-1' }, 'https://lake.s3.cn-north-1.amazonaws.com.cn cn-north-1'],
])("AWS's own rules place a bucket by %s", async (_, bucket, options, expected) => {
  expect(await place(bucket, options)).toBe(expected)
})

test("the profile's region and endpoint_url are read as the AWS SDK reads them", async () => {
  const path = join(folder, 'config')
  writeFileSync(
    path,
    '[default]\nregion = eu-central-1\n[profile dev]\nregion = eu-west-3\nservices = local\n[profile fips]\nregion = us-east-2\nuse_fips_endpoint = true\n[services local]\ns3 =\n  endpoint_url = http://localhost:4566\n',
  )
  vi.stubEnv('AWS_CONFIG_FILE', path)
  expect(await place('lake')).toBe('https://lake.s3.eu-central-1.amazonaws.com eu-central-1')
  expect(await place('lake', { profile: 'fips' })).toBe('https://lake.s3-fips.us-east-2.amazonaws.com us-east-2')
  expect(await place('lake', { endpoint: 'http://127.0.0.1:1' })).toBe('http://127.0.0.1:1/lake eu-central-1')
  expect(await place('lake', { endpoint: 'http://127.0.0.1:1', profile: 'dev' })).toBe('http://127.0.0.1:1/lake eu-west-3')
  vi.stubEnv('AWS_PROFILE', 'dev')
  expect(await place('lake')).toBe('http://localhost:4566/lake eu-west-3')
})

test('a bucket is looked for once, however many ask, and is known from then on', async () => {
  const endpoints = createBucketEndpoints({ region: 'eu-north-1' })
  expect(endpoints.known('lake')).toBeUndefined()
  const all = await Promise.all(Array.from({ length: 10 }, () => endpoints.resolve('lake')))
  expect(new Set(all).size).toBe(1)
  expect(endpoints.known('lake')).toBe(all[0])
})

test('a region that S3 told is where the bucket is from then on', async () => {
  const aws = createBucketEndpoints({ region: 'us-east-1' })
  await aws.resolve('lake')
  aws.learnRegion('lake', 'eu-north-1')
  expect(aws.known('lake')).toBeUndefined()
  expect(await aws.resolve('lake')).toMatchObject({ host: 'lake.s3.eu-north-1.amazonaws.com', region: 'eu-north-1' })
  expect(await aws.resolve('pond')).toMatchObject({ region: 'us-east-1' })
  const asking = aws.resolve('sea')
  aws.learnRegion('sea', 'eu-west-1')
  await asking
  expect(await aws.resolve('sea')).toMatchObject({ region: 'eu-west-1' })
  const custom = createBucketEndpoints({ endpoint: 'http://127.0.0.1:1' })
  custom.learnRegion('lake', 'eu-north-1')
  custom.learnRegion('lake', 'x\r\ny')
  expect(await custom.resolve('lake')).toMatchObject({ host: '127.0.0.1:1', region: 'eu-north-1' })
})

test('without a region the error says what to give', async () => {
  await expect(createBucketEndpoints({}).resolve('lake')).rejects.toMatchObject({
    code: 'invalid-request',
    bucket: 'lake',
    message: expect.stringMatching(/where the bucket "lake" is.*AWS_REGION/),
  })
})

test.each(['lake--use1-az4--x-s3', 'arn:aws:s3:us-east-1:123456789012:accesspoint/lake'])(
  'the bucket %s is refused with the reason',
  async (bucket) => {
    await expect(createBucketEndpoints({ region: 'us-east-1' }).resolve(bucket)).rejects.toMatchObject({ code: 'unsupported', bucket })
  },
)

test('an ordinary bucket is placed as the SDK places it, without the SDK', async () => {
  const regions = [
    'us-east-1',
    'us-west-2',
    'eu-north-1',
    'ap-southeast-5',
    'il-central-1',
    'mx-central-1',
    'cn-northwest-1',
    'us-gov-west-1',
  ]
  const buckets = ['lake', 'my-lake-2', '0a1', `b${'x'.repeat(62)}`, 'my.dotted.lake', 'point-abc-s3alias']
  for (const region of regions) {
    for (const bucket of buckets) {
      for (const [useFipsEndpoint, useDualstackEndpoint] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ]) {
        const options = { useFipsEndpoint, useDualstackEndpoint }
        const own = awsBucketEndpoint(options, { bucket, region, env })
        if (!own) expect([region, useFipsEndpoint]).toEqual(['cn-northwest-1', true])
        else expect(own).toEqual(await sdkBucketEndpoint({ bucket, region, ...options }))
      }
    }
  }
})

test.each<[string, string, EndpointOptions, NodeJS.ProcessEnv]>([
  ['a partition of its own', 'lake', { region: 'us-iso-east-1' }, env],
  ['a bucket that looks like an address', '10.0.0.1', { region: 'us-east-1' }, env],
  ['a bucket with capitals', 'Lake', { region: 'us-east-1' }, env],
  ['an access point', 'point-abc--ol-s3', { region: 'us-east-1' }, env],
  ['what is neither true nor false', 'lake', { region: 'us-east-1' }, { ...env, AWS_USE_FIPS_ENDPOINT: 'yes' }],
  ['a profile', 'lake', { region: 'us-east-1' }, { ...env, AWS_PROFILE: 'dev' }],
  ['a file of profiles', 'lake', { region: 'us-east-1' }, { ...env, AWS_CONFIG_FILE: import.meta.filename }],
  ['no region', 'lake', {}, env],
])('%s is left to the SDK', (_, bucket, options, environment) => {
  expect(awsBucketEndpoint(options, { bucket, region: options.region, env: environment })).toBeUndefined()
})

test('no module of the AWS SDK is loaded for an endpoint of its own, nor for an ordinary bucket of AWS', async () => {
  const program = `
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({ resolve: (name, context, next) => { if (name.startsWith('@aws-sdk') || name.startsWith('@smithy')) seen.push(name); return next(name, context) } })
    const { createBucketEndpoints } = await import(${JSON.stringify(new URL('./bucket-endpoints.ts', import.meta.url).href)})
    const { host } = await createBucketEndpoints({ endpoint: 'http://127.0.0.1:1' }).resolve('lake')
    const aws = await createBucketEndpoints({ region: 'eu-north-1' }).resolve('lake')
    console.log(JSON.stringify({ host, aws: aws.host, seen }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    env: { ...env, PATH: process.env.PATH },
  })
  expect(JSON.parse(stdout)).toEqual({ host: '127.0.0.1:1', aws: 'lake.s3.eu-north-1.amazonaws.com', seen: [] })
})
