import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { checksumAlgorithms, createChecksum } from '../../s3/checksums/checksum.ts'
import { createClient, failure, sharedStack } from '../stack.fixture.ts'

const shared = sharedStack()

function checksumOf(algorithm: (typeof checksumAlgorithms)[number], text: string): string {
  const checksum = createChecksum(algorithm)
  checksum.update(Buffer.from(text))
  return checksum.digest().toString('base64')
}

describe('a checksum', () => {
  test.each([...checksumAlgorithms])('%s that is stated is verified, kept, and told when asked for', async (algorithm) => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const name = `Checksum${algorithm}`
    const value = checksumOf(algorithm, 'hello')
    expect(await client.putObject({ Bucket, Key: 'k', Body: 'hello', [name]: value })).toMatchObject({
      [name]: value,
      ChecksumType: 'FULL_OBJECT',
    })
    expect(await client.headObject({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' })).toMatchObject({
      [name]: value,
      ChecksumType: 'FULL_OBJECT',
    })
    expect(await client.headObject({ Bucket, Key: 'k' })).not.toHaveProperty(name)
    expect(await client.getObject({ Bucket, Key: 'k', ChecksumMode: 'ENABLED', Range: 'bytes=0-1' })).not.toHaveProperty(name)
    expect((await client.listObjectsV2({ Bucket })).Contents).toMatchObject([{ ChecksumAlgorithm: [algorithm] }])
    const wrong = client.putObject({ Bucket, Key: 'k', Body: 'hellO', [name]: value })
    expect(await failure(wrong)).toBe('400 BadDigest')
    expect(await failure(client.putObject({ Bucket, Key: 'k', Body: 'x', [name]: 'AAA=' }))).toBe('400 InvalidRequest')
    expect((await client.headObject({ Bucket, Key: 'k' })).ETag).toBe('"5d41402abc4b2a76b9719d911017c592"')
  })

  test.each(['CRC32', 'SHA1', 'SHA256'] as const)('%s behind a streamed body is verified', async (ChecksumAlgorithm) => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const text = 'hello '.repeat(50_000)
    const put = await client.putObject({
      Bucket,
      Key: 'k',
      Body: Readable.from([Buffer.from(text)]),
      ContentLength: text.length,
      ChecksumAlgorithm,
    })
    expect(put).toMatchObject({ [`Checksum${ChecksumAlgorithm}`]: checksumOf(ChecksumAlgorithm, text) })
  })

  test('is not told where none was stated', async () => {
    const { client } = shared
    const plain = createClient(shared.stack, { requestChecksumCalculation: 'WHEN_REQUIRED' })
    const Bucket = await shared.bucket()
    await plain.putObject({ Bucket, Key: 'k', Body: 'hello' })
    expect(await client.headObject({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' })).not.toHaveProperty('ChecksumType')
  })

  test('of two algorithms at once is refused', async () => {
    const Bucket = await shared.bucket()
    const put = shared.client.putObject({
      Bucket,
      Key: 'k',
      Body: 'x',
      ChecksumCRC32: checksumOf('CRC32', 'x'),
      ChecksumSHA1: checksumOf('SHA1', 'x'),
    })
    expect(await failure(put)).toBe('400 InvalidRequest')
  })
})

describe('Content-MD5', () => {
  test('is verified', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const ContentMD5 = createHash('md5').update('hello').digest('base64')
    await client.putObject({ Bucket, Key: 'k', Body: 'hello', ContentMD5 })
    expect(await failure(client.putObject({ Bucket, Key: 'k', Body: 'hellO', ContentMD5 }))).toBe('400 BadDigest')
    expect(await failure(client.putObject({ Bucket, Key: 'k', Body: 'hello', ContentMD5: 'bad' }))).toBe('400 InvalidDigest')
    const large = client.putObject({ Bucket, Key: 'k', Body: Buffer.alloc(3_000_000), ContentMD5 })
    expect(await failure(large)).toBe('400 BadDigest')
  })
})
