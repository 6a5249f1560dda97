import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { ChecksumAlgorithm, ChecksumType, CompletedPart, ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { createChecksum } from '../../s3/checksums/checksum.ts'
import { failure, sharedStack } from '../stack.fixture.ts'

const shared = sharedStack()
const mebibyte = 2 ** 20
const md5 = (data: Uint8Array): Buffer => createHash('md5').update(data).digest()

interface Uploaded {
  readonly Bucket: string
  readonly Key: string
  readonly UploadId: string | undefined
  readonly bodies: readonly Buffer[]
  readonly Parts: CompletedPart[]
}

/** Starts an upload and sends parts of these sizes, numbered 1, 2, ... */
async function upload(
  sizes: readonly number[],
  options: { bucket?: string; key?: string; algorithm?: ChecksumAlgorithm; type?: ChecksumType; numbers?: readonly number[] } = {},
): Promise<Uploaded> {
  const { client } = shared
  const at = { Bucket: options.bucket ?? (await shared.bucket()), Key: options.key ?? 'k' }
  const checksum = options.algorithm && { ChecksumAlgorithm: options.algorithm, ChecksumType: options.type }
  const { UploadId } = await client.createMultipartUpload({ ...at, ...checksum, Metadata: { a: '1' }, ContentType: 'text/plain' })
  const bodies = sizes.map((size) => randomBytes(size))
  const Parts = await Promise.all(
    bodies.map(async (Body, index) => {
      const PartNumber = options.numbers?.[index] ?? index + 1
      const { $metadata: _, ...part } = await client.uploadPart({ ...at, UploadId, PartNumber, Body, ChecksumAlgorithm: options.algorithm })
      return { PartNumber, ...part }
    }),
  )
  return { ...at, UploadId, bodies, Parts }
}

const complete = ({ Bucket, Key, UploadId, Parts }: Uploaded, more: object = {}) =>
  shared.client.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more })

async function bytesOf({ Bucket, Key }: Uploaded, more: object = {}): Promise<Buffer> {
  const { Body } = await shared.client.getObject({ Bucket, Key, ...more })
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}

describe('a multipart upload', () => {
  test('becomes an object of its parts, with what was said when it began', async () => {
    const done = await upload([5 * mebibyte, 5 * mebibyte, 100])
    const ETag = `"${md5(Buffer.concat(done.bodies.map(md5))).toString('hex')}-3"`
    expect(await complete(done)).toMatchObject({ ETag, Bucket: done.Bucket, Key: 'k' })
    expect(Buffer.compare(await bytesOf(done), Buffer.concat(done.bodies))).toBe(0)
    const { Bucket, Key } = done
    expect(await shared.client.headObject({ Bucket, Key })).toMatchObject({
      ETag,
      Metadata: { a: '1' },
      ContentType: 'text/plain',
      ContentLength: 10 * mebibyte + 100,
    })
    expect((await shared.client.listObjectsV2({ Bucket })).Contents).toMatchObject([{ Key, ETag, Size: 10 * mebibyte + 100 }])
    expect((await shared.client.listMultipartUploads({ Bucket })).Uploads).toBeUndefined()
  })

  test('is read by range across its parts, and part by part', async () => {
    const done = await upload([5 * mebibyte, 5 * mebibyte, 100], { numbers: [3, 7, 9] })
    await complete(done)
    const whole = Buffer.concat(done.bodies)
    const [start, end] = [5 * mebibyte - 10, 10 * mebibyte + 50]
    expect(Buffer.compare(await bytesOf(done, { Range: `bytes=${start}-${end - 1}` }), whole.subarray(start, end))).toBe(0)
    const { Bucket, Key } = done
    const second = await shared.client.getObject({ Bucket, Key, PartNumber: 2 })
    expect(second).toMatchObject({
      PartsCount: 3,
      ContentLength: 5 * mebibyte,
      ContentRange: `bytes ${5 * mebibyte}-${10 * mebibyte - 1}/${whole.length}`,
    })
    expect(Buffer.compare((await second.Body?.transformToByteArray()) ?? Buffer.alloc(0), done.bodies[1] ?? Buffer.alloc(0))).toBe(0)
    expect(await shared.client.headObject({ Bucket, Key, PartNumber: 3 })).toMatchObject({ ContentLength: 100, PartsCount: 3 })
    expect(await failure(shared.client.getObject({ Bucket, Key, PartNumber: 4 }))).toBe('416 InvalidRange')
    expect(await failure(shared.client.getObject({ Bucket, Key, PartNumber: 1, Range: 'bytes=0-1' }))).toBe('400 InvalidRequest')
  })

  test('takes only the parts that are listed, and the last body of each number', async () => {
    const done = await upload([5 * mebibyte, 5 * mebibyte, 10])
    const { Bucket, Key, UploadId, bodies } = done
    const Body = randomBytes(20)
    const { ETag } = await shared.client.uploadPart({ Bucket, Key, UploadId, PartNumber: 3, Body })
    expect(await failure(complete(done))).toBe('400 InvalidPart')
    await complete({
      ...done,
      Parts: [
        { PartNumber: 1, ETag: done.Parts[0]?.ETag },
        { PartNumber: 3, ETag },
      ],
    })
    expect(Buffer.compare(await bytesOf(done), Buffer.concat([bodies[0] ?? Body, Body]))).toBe(0)
  })

  test('can be the replacement of itself, and is gone when it is aborted', async () => {
    const first = await upload([10])
    await complete(first)
    const second = await upload([20], { bucket: first.Bucket })
    await complete(second)
    expect(Buffer.compare(await bytesOf(second), second.bodies[0] ?? Buffer.alloc(0))).toBe(0)
    const third = await upload([30], { bucket: first.Bucket })
    const { Bucket, Key, UploadId } = third
    await shared.client.abortMultipartUpload({ Bucket, Key, UploadId })
    expect(await failure(complete(third))).toBe('404 NoSuchUpload')
    expect(await failure(shared.client.uploadPart({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' }))).toBe('404 NoSuchUpload')
    expect(await failure(shared.client.listParts({ Bucket, Key, UploadId }))).toBe('404 NoSuchUpload')
    expect(await failure(shared.client.abortMultipartUpload({ Bucket, Key, UploadId }))).toBe('404 NoSuchUpload')
    expect((await bytesOf(second)).length).toBe(20)
  })

  test('can be completed again with the same parts while its object is there, and not for another key', async () => {
    const done = await upload([5 * mebibyte, 10])
    expect(await failure(complete({ ...done, Key: 'other' }))).toBe('404 NoSuchUpload')
    const first = await complete(done)
    const again = await complete(done, { IfNoneMatch: '*' })
    expect(again).toMatchObject({ ETag: first.ETag, Location: first.Location })
    expect(await failure(complete({ ...done, Parts: done.Parts.slice(0, 1) }))).toBe('400 InvalidPart')
    await shared.client.putObject({ Bucket: done.Bucket, Key: done.Key, Body: 'x' })
    expect(await failure(complete(done))).toBe('404 NoSuchUpload')
  })

  test('refuses lists of parts that are wrong, and goes on', async () => {
    const done = await upload([5 * mebibyte, 1_000, 10])
    const [first, second, third] = done.Parts as [CompletedPart, CompletedPart, CompletedPart]
    expect(await failure(complete({ ...done, Parts: [] }))).toBe('400 MalformedXML')
    expect(await failure(complete({ ...done, Parts: [second, first] }))).toBe('400 InvalidPartOrder')
    expect(await failure(complete({ ...done, Parts: [first, first] }))).toBe('400 InvalidPartOrder')
    expect(await failure(complete({ ...done, Parts: [first, { ...second, PartNumber: 5 }] }))).toBe('400 InvalidPart')
    expect(await failure(complete({ ...done, Parts: [{ ...first, ETag: '"0123"' }] }))).toBe('400 InvalidPart')
    expect(await failure(complete({ ...done, Parts: [first, second, third] }))).toBe('400 EntityTooSmall')
    await complete({ ...done, Parts: [first, second] })
  })

  test('has parts from 1 to 10,000', async () => {
    const { Bucket, Key, UploadId } = await upload([])
    for (const PartNumber of [0, 10_001, -1])
      expect(await failure(shared.client.uploadPart({ Bucket, Key, UploadId, PartNumber, Body: 'x' }))).toBe('400 InvalidArgument')
    await shared.client.uploadPart({ Bucket, Key, UploadId, PartNumber: 10_000, Body: 'x' })
  })

  test('is completed only under its conditions', async () => {
    const done = await upload([10])
    const { Bucket, Key } = done
    expect(await failure(complete(done, { IfMatch: '"any"' }))).toBe('404 NoSuchKey')
    const { ETag } = await shared.client.putObject({ Bucket, Key, Body: 'before' })
    expect(await failure(complete(done, { IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
    expect(await failure(complete(done, { IfMatch: '"any"' }))).toBe('412 PreconditionFailed')
    expect(await failure(complete(done, { MpuObjectSize: 11 }))).toBe('400 InvalidRequest')
    await complete(done, { IfMatch: ETag, MpuObjectSize: 10 })
  })
})

describe('checksums of a multipart upload', () => {
  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)('%s are composed of those of the parts', async (algorithm) => {
    const done = await upload([5 * mebibyte, 100], { algorithm })
    const whole = createChecksum(algorithm)
    for (const body of done.bodies) {
      const part = createChecksum(algorithm)
      part.update(body)
      whole.update(part.digest())
    }
    const value = `${whole.digest().toString('base64')}-2`
    expect(await complete(done)).toMatchObject({ [`Checksum${algorithm}`]: value, ChecksumType: 'COMPOSITE' })
    const { Bucket, Key } = done
    const head = await shared.client.headObject({ Bucket, Key, ChecksumMode: 'ENABLED' })
    expect(head).toMatchObject({ [`Checksum${algorithm}`]: value, ChecksumType: 'COMPOSITE' })
    const attributes = await shared.client.getObjectAttributes({ Bucket, Key, ObjectAttributes: ['ObjectParts', 'Checksum'] })
    expect(attributes.ObjectParts).toMatchObject({
      TotalPartsCount: 2,
      Parts: [
        { PartNumber: 1, Size: 5 * mebibyte },
        { PartNumber: 2, Size: 100 },
      ],
    })
  })

  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('%s can be those of the whole, which the client may state', async (algorithm) => {
    const done = await upload([5 * mebibyte, 100], { algorithm, type: 'FULL_OBJECT' })
    const whole = createChecksum(algorithm)
    for (const body of done.bodies) whole.update(body)
    const value = whole.digest().toString('base64')
    const wrong = Buffer.alloc(value.length === 8 ? 4 : 8, 1).toString('base64')
    expect(await failure(complete(done, { [`Checksum${algorithm}`]: wrong, ChecksumType: 'FULL_OBJECT' }))).toBe('400 BadDigest')
    expect(await failure(complete(done, { ChecksumType: 'COMPOSITE' }))).toBe('400 InvalidRequest')
    expect(await complete(done, { [`Checksum${algorithm}`]: value, ChecksumType: 'FULL_OBJECT' })).toMatchObject({
      [`Checksum${algorithm}`]: value,
      ChecksumType: 'FULL_OBJECT',
    })
  })

  test('are asked of every part, and compared when the upload is completed', async () => {
    const done = await upload([10], { algorithm: 'SHA256' })
    const { Bucket, Key, UploadId } = done
    const other = shared.client.uploadPart({ Bucket, Key, UploadId, PartNumber: 2, Body: 'x', ChecksumAlgorithm: 'CRC32' })
    expect(await failure(other)).toBe('400 InvalidRequest')
    const wrong = [{ ...done.Parts[0], ChecksumSHA256: Buffer.alloc(32).toString('base64') }]
    expect(await failure(complete({ ...done, Parts: wrong as CompletedPart[] }))).toBe('400 InvalidPart')
    await complete(done)
  })

  test('that do not exist are refused when it begins', async () => {
    const at = { Bucket: await shared.bucket(), Key: 'k' }
    const begin = (ChecksumAlgorithm: string, ChecksumType?: ChecksumType): Promise<string> =>
      failure(shared.client.createMultipartUpload({ ...at, ChecksumAlgorithm: ChecksumAlgorithm as 'CRC32', ChecksumType }))
    expect(await begin('MD5')).toBe('400 InvalidRequest')
    expect(await begin('SHA256', 'FULL_OBJECT')).toBe('400 InvalidRequest')
    expect(await begin('CRC64NVME', 'COMPOSITE')).toBe('400 InvalidRequest')
    expect(await begin('CRC64NVME')).toBe('no failure')
  })
})

describe('listing', () => {
  test('parts goes page by page, in the order of their numbers', async () => {
    const { Bucket, Key, UploadId, Parts } = await upload([3, 2, 1], { numbers: [2, 9, 10], algorithm: 'CRC32' })
    const first = await shared.client.listParts({ Bucket, Key, UploadId, MaxParts: 2 })
    expect(first).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: '9',
      ChecksumAlgorithm: 'CRC32',
      Parts: [{ PartNumber: 2, Size: 3 }, { PartNumber: 9 }],
    })
    expect(first.Parts?.[0]).toMatchObject({ ETag: Parts[0]?.ETag, ChecksumCRC32: Parts[0]?.ChecksumCRC32 })
    const second = await shared.client.listParts({ Bucket, Key, UploadId, PartNumberMarker: first.NextPartNumberMarker })
    expect(second).toMatchObject({ IsTruncated: false, Parts: [{ PartNumber: 10, Size: 1 }] })
  })

  test('uploads goes by key and then by age, page by page, rolled up where that is asked', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const begun: (string | undefined)[] = []
    for (const Key of ['b', 'a/1', 'b', 'a/2', 'c']) begun.push((await client.createMultipartUpload({ Bucket, Key })).UploadId)
    const all = await client.listMultipartUploads({ Bucket })
    expect(all.Uploads?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2', 'b', 'b', 'c'])
    expect(new Set(all.Uploads?.slice(2, 4).map(({ UploadId }) => UploadId))).toEqual(new Set([begun[0], begun[2]]))
    const found: unknown[] = []
    let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {}
    while (marker) {
      const page: ListMultipartUploadsCommandOutput = await client.listMultipartUploads({
        Bucket,
        Delimiter: '/',
        MaxUploads: 1,
        ...marker,
      })
      found.push(...(page.Uploads?.map(({ Key }) => Key) ?? []), ...(page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? []))
      marker = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined
    }
    expect(found).toEqual(['a/', 'b', 'b', 'c'])
    expect((await client.listMultipartUploads({ Bucket, Prefix: 'a/' })).Uploads).toHaveLength(2)
    expect((await client.listMultipartUploads({ Bucket, KeyMarker: 'b' })).Uploads?.map(({ Key }) => Key)).toEqual(['c'])
  })
})

test('the checksum that an object in one piece has is that of its part 1', async () => {
  const { client } = shared
  const Bucket = await shared.bucket()
  await client.putObject({ Bucket, Key: 'k', Body: 'hello' })
  const value = Buffer.alloc(4)
  value.writeUInt32BE(crc32('hello'))
  expect(await client.getObject({ Bucket, Key: 'k', PartNumber: 1, ChecksumMode: 'ENABLED' })).toMatchObject({
    ChecksumCRC32: value.toString('base64'),
    ContentRange: 'bytes 0-4/5',
  })
})
