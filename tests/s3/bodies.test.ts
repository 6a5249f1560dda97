import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ChecksumAlgorithm, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { S3, S3Error } from '@millrace/s3-fast'
import { describe, expect, it } from 'vitest'
import { contentOf } from './data-sets.ts'
import { lakeBed, largeContent, largeSize } from './lake-bed.ts'
import { httpAnswer, startRawServer } from './raw-server.ts'
import { collect, failureOf } from './test-bed.ts'

const bed = lakeBed()
const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret' }

describe('a body that is not whole or not right', () => {
  it.each([
    ['truncate', 'small', 'connection-failed'],
    ['truncate', 'large', 'connection-failed'],
    ['corrupt', 'small', 'corrupt-body'],
    ['corrupt', 'large', 'corrupt-body'],
  ] as const)('never reaches the caller: %s, %s', async (kind, key, code) => {
    await bed.stack.faults.s3({ rate: 1, kinds: [kind], operations: ['GetObject'] })
    const s3 = bed.client({ root: 's3://lake', deadlineMs: 200 })
    const path = join(bed.folder, `${kind}-${key}`)
    const expected = { code, bucket: 'lake', key }
    expect(await failureOf(s3.getBytes(key))).toMatchObject(expected)
    expect(await failureOf(s3.getFile(key, path))).toMatchObject(expected)
    // A large body is read five times over before it is given up, into memory or into a file, whoever asks.
    if (key === 'small') {
      expect(await failureOf(s3.get(key))).toMatchObject(expected)
      expect(await failureOf(s3.getMany([key], { memoryBytes: 0 }))).toMatchObject(expected)
      expect(await failureOf(collect(s3.getStream([key])))).toMatchObject(expected)
    }
    expect(existsSync(path)).toBe(false)
    await s3.close()
    expect(bed.temporaryNames()).toEqual([])
    expect(readdirSync(bed.folder).filter((name) => name.startsWith(`${kind}-${key}`))).toEqual([])
  })

  it.each(['truncate', 'corrupt', 'reset', 'lost-answer', '503', '500'] as const)('is fetched again after %s', async (kind) => {
    const s3 = bed.client({ root: 's3://lake' })
    // To a large body 500 is what 503 is.
    for (const key of kind === '500' ? ['small'] : ['small', 'large']) {
      await bed.stack.faults.s3({ rate: 1, kinds: [kind], operations: ['GetObject'], times: 2 })
      expect(Buffer.compare(await s3.getBytes(key), key === 'small' ? contentOf(key, 10_240) : largeContent)).toBe(0)
    }
  })

  it.each<[ChecksumAlgorithm, number]>([
    ['CRC32', 10_240],
    ['CRC32C', 10_240],
    ['CRC64NVME', 10_240],
    ['SHA1', 10_240],
    ['SHA256', 10_240],
    ['SHA256', 1_048_576],
    ['CRC64NVME', 1_048_576],
    ['CRC64NVME', largeSize],
  ])('shows by the checksum that another client stored with it: %s of %i bytes', async (algorithm, sizeBytes) => {
    const { env } = bed.stack
    const sdk = new S3Client({
      endpoint: env.AWS_ENDPOINT_URL_S3,
      region: env.AWS_REGION,
      forcePathStyle: true,
      credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    })
    const key = `sdk-${algorithm}-${sizeBytes}`
    const content = contentOf(key, sizeBytes)
    await sdk.send(new PutObjectCommand({ Bucket: 'lake', Key: key, Body: content, ChecksumAlgorithm: algorithm }))
    sdk.destroy()
    await bed.stack.faults.s3({ rate: 1, kinds: ['corrupt'], operations: ['GetObject'], times: 1 })
    bed.stack.s3.requests.reset()
    const path = join(bed.folder, key)
    await bed.client({ root: 's3://lake' }).getFile(key, path)
    expect(Buffer.compare(readFileSync(path), content)).toBe(0)
    expect(bed.stack.s3.requests.total).toBeGreaterThan(1)
  })

  it.each<[string, string]>([
    ['a checksum that is another', httpAnswer(200, { headers: { 'x-amz-checksum-crc32': 'AAAAAA==' }, body: 'hello' })],
    ['an ETag that is the MD5 of something else', httpAnswer(200, { headers: { etag: `"${'0'.repeat(32)}"` }, body: 'hello' })],
    ['a body that is shorter than its length', `${httpAnswer(200, { headers: { 'content-length': '10' }, body: 'hello' })}`],
    ['two lengths', httpAnswer(200, { headers: { 'Content-Length': '4' }, body: 'hello' })],
    ['a length that is no number', httpAnswer(200, { headers: { 'content-length': '5x' }, body: 'hello' })],
    ['a chunk that is cut off', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel'],
    ['a chunk of a size that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n'],
    ['no HTTP at all', 'hello\r\n\r\n'],
  ])('is no data: %s', async (_, bytes) => {
    await using server = await startRawServer(({ socket }) => {
      socket.end(bytes)
      return undefined
    })
    await using s3 = new S3({ endpoint: server.url, credentials: keys, deadlineMs: 100 })
    expect(await failureOf(s3.getBytes('s3://lake/a'))).toBeInstanceOf(S3Error)
    expect(server.requests.length).toBeGreaterThan(0)
  })

  it.each<[string, string]>([
    ['the whole object', httpAnswer(200, { body: 'hello world' })],
    ['other bytes', httpAnswer(206, { headers: { 'content-range': 'bytes 0-4/11' }, body: 'hello' })],
    ['a range that it does not name', httpAnswer(206, { body: 'hello' })],
    ['fewer bytes than it names', httpAnswer(206, { headers: { 'content-range': 'bytes 6-10/11' }, body: 'wor' })],
    ['fewer bytes than there are', httpAnswer(206, { headers: { 'content-range': 'bytes 6-8/11' }, body: 'wor' })],
  ])('is no data: a range was asked for, and the server sends %s', async (_, bytes) => {
    await using server = await startRawServer(() => bytes)
    await using s3 = new S3({ endpoint: server.url, credentials: keys, deadlineMs: 100 })
    expect(await failureOf(s3.getBytes({ key: 's3://lake/a', range: { offset: 6, length: 5 } }))).toMatchObject({
      code: 'protocol',
      bucket: 'lake',
      key: 'a',
    })
  })

  it('is no data when it was replaced meanwhile: what is read is one object or an error', async () => {
    const writer = bed.client({ root: 's3://lake' })
    const reader = bed.client({ root: 's3://lake' })
    await writer.put('replaced', contentOf('one', largeSize))
    await bed.stack.faults.s3({ rate: 1, kinds: ['slow'], operations: ['GetObject'], delayMs: 100 })
    let replacing: Promise<unknown> | undefined
    const reading = reader.get('replaced', {
      onProgress: () => {
        replacing ??= writer.put('replaced', 'two')
      },
    })
    expect(await failureOf(reading)).toMatchObject({ code: 'changed', retryable: true, bucket: 'lake', key: 'replaced' })
    await replacing
    await bed.stack.faults.clear()
    expect(await (await reader.get('replaced')).text()).toBe('two')
  })
})
