import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { failure, sharedStack, textOf } from '../stack.fixture.ts'

const shared = sharedStack()

describe('an object', () => {
  test('comes back with everything that was said of it', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const said = {
      ContentType: 'text/x-test; charset=utf-8',
      CacheControl: 'max-age=5',
      ContentDisposition: 'attachment; filename="a b"',
      ContentEncoding: 'identity',
      ContentLanguage: 'fi',
      ServerSideEncryption: 'AES256',
      StorageClass: 'STANDARD_IA',
      Metadata: { one: '1', 'two-words': 'a  b', json: '{"name":"\\u523a\\u8eab"}' },
    } as const
    const Body = 'hello'
    const put = await client.putObject({ Bucket, Key: 'k', Body, ...said, Expires: new Date(0), Tagging: 'a=1&b=x%20y' })
    const ETag = `"${createHash('md5').update(Body).digest('hex')}"`
    expect(put).toMatchObject({ ETag, ServerSideEncryption: 'AES256' })
    const told = { ...said, ETag, ContentLength: 5, AcceptRanges: 'bytes', ExpiresString: 'Thu, 01 Jan 1970 00:00:00 GMT', TagCount: 2 }
    expect(await client.headObject({ Bucket, Key: 'k' })).toMatchObject(told)
    const got = await client.getObject({ Bucket, Key: 'k' })
    expect(got).toMatchObject(told)
    expect(await got.Body?.transformToString()).toBe(Body)
    expect(got.LastModified?.getTime()).toBeGreaterThan(Date.now() - 60_000)
  })

  test('without anything said of it is binary', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k' })
    const got = await client.getObject({ Bucket, Key: 'k' })
    // The SDK's own default would be application/octet-stream, and is sent only where there is a body.
    expect(got).toMatchObject({ ContentLength: 0, Metadata: {}, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' })
    expect(await got.Body?.transformToString()).toBe('')
    expect(got.ServerSideEncryption).toBeUndefined()
  })

  test.each([0, 1, 65_536, 262_145, 1_048_576, 1_048_577, 20_000_000])('of %i bytes comes back as it was', async (size) => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const Body = randomBytes(size)
    await client.putObject({ Bucket, Key: 'k', Body })
    const got = await client.getObject({ Bucket, Key: 'k' })
    expect(Buffer.compare((await got.Body?.transformToByteArray()) ?? Buffer.alloc(1), Body)).toBe(0)
  })

  test('of a stream, which the SDK sends in chunks with a trailing checksum, comes back as it was', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const Body = randomBytes(3_000_000)
    const pieces = Array.from({ length: 30 }, (_, index) => Body.subarray(index * 100_000, (index + 1) * 100_000))
    await client.putObject({ Bucket, Key: 'k', Body: Readable.from(pieces), ContentLength: Body.length, ContentEncoding: 'x-own' })
    const got = await client.getObject({ Bucket, Key: 'k' })
    expect(got.ContentEncoding).toBe('x-own')
    expect(Buffer.compare((await got.Body?.transformToByteArray()) ?? Buffer.alloc(1), Body)).toBe(0)
  })

  test('that is missing is NoSuchKey, and NotFound where there is no body to say it in', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    expect(await failure(client.getObject({ Bucket, Key: 'k' }))).toBe('404 NoSuchKey')
    expect(await failure(client.headObject({ Bucket, Key: 'k' }))).toBe('404 NotFound')
    expect(await failure(client.getObjectTagging({ Bucket, Key: 'k' }))).toBe('404 NoSuchKey')
    const error = await client.getObject({ Bucket, Key: 'the key' }).catch((error: unknown) => error)
    expect(error).toMatchObject({ Key: 'the key', message: 'The specified key does not exist.' })
  })

  test('is replaced as a whole', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k', Body: 'first', Metadata: { a: '1' }, ContentType: 'text/plain' })
    await client.putObject({ Bucket, Key: 'k', Body: 'second' })
    const got = await client.getObject({ Bucket, Key: 'k' })
    expect(got).toMatchObject({ Metadata: {}, ContentLength: 6 })
    expect(got.ContentType).not.toBe('text/plain')
  })

  test('is told otherwise in the answer when the request says so', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k', Body: 'x', ContentType: 'text/plain' })
    const asked = {
      ResponseContentType: 'text/html',
      ResponseCacheControl: 'no-cache',
      ResponseContentDisposition: 'inline',
      ResponseContentEncoding: 'own',
      ResponseContentLanguage: 'de',
      ResponseExpires: new Date(0),
    }
    expect(await client.getObject({ Bucket, Key: 'k', ...asked })).toMatchObject({
      ContentType: 'text/html',
      CacheControl: 'no-cache',
      ContentDisposition: 'inline',
      ContentEncoding: 'own',
      ContentLanguage: 'de',
      ExpiresString: 'Thu, 01 Jan 1970 00:00:00 GMT',
    })
  })

  test('may not have more than 2 KiB of metadata', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k', Metadata: { a: 'x'.repeat(2_047) } })
    expect(await failure(client.putObject({ Bucket, Key: 'k', Metadata: { a: 'x'.repeat(2_048) } }))).toBe('400 MetadataTooLarge')
  })

  test('has one version, whose name is null', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k', Body: 'x' })
    expect(await textOf(client.getObject({ Bucket, Key: 'k', VersionId: 'null' }))).toBe('x')
    expect(await failure(client.getObject({ Bucket, Key: 'k', VersionId: 'other' }))).toBe('404 NoSuchVersion')
  })

  test('has tags that can be read, replaced and removed, and keeps its bytes', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k', Body: 'x', Tagging: 'a=1' })
    const before = await client.headObject({ Bucket, Key: 'k' })
    await client.putObjectTagging({
      Bucket,
      Key: 'k',
      Tagging: {
        TagSet: [
          { Key: 'b', Value: '2' },
          { Key: 'ä', Value: '' },
        ],
      },
    })
    expect((await client.getObjectTagging({ Bucket, Key: 'k' })).TagSet).toEqual([
      { Key: 'b', Value: '2' },
      { Key: 'ä', Value: '' },
    ])
    expect(await client.headObject({ Bucket, Key: 'k' })).toMatchObject({
      TagCount: 2,
      LastModified: before.LastModified,
      ETag: before.ETag,
    })
    await client.deleteObjectTagging({ Bucket, Key: 'k' })
    expect((await client.getObjectTagging({ Bucket, Key: 'k' })).TagSet).toEqual([])
    expect(await textOf(client.getObject({ Bucket, Key: 'k' }))).toBe('x')
    const tooMany = Array.from({ length: 11 }, (_, index) => `t${index}=x`).join('&')
    for (const Tagging of [tooMany, 'a=1&a=2', `${'k'.repeat(129)}=x`, `k=${'v'.repeat(257)}`, '=x'])
      expect(await failure(client.putObject({ Bucket, Key: 'k', Tagging }))).toBe('400 InvalidTag')
  })

  test('has attributes', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k', Body: 'hello', ChecksumAlgorithm: 'SHA256' })
    const ObjectAttributes = ['ETag', 'ObjectSize', 'StorageClass', 'Checksum', 'ObjectParts'] as const
    expect(await client.getObjectAttributes({ Bucket, Key: 'k', ObjectAttributes: [...ObjectAttributes] })).toMatchObject({
      ETag: '5d41402abc4b2a76b9719d911017c592',
      ObjectSize: 5,
      StorageClass: 'STANDARD',
      Checksum: { ChecksumSHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=', ChecksumType: 'FULL_OBJECT' },
    })
    expect((await client.getObjectAttributes({ Bucket, Key: 'k', ObjectAttributes: ['ETag'] })).ObjectSize).toBeUndefined()
    const wrong = client.getObjectAttributes({ Bucket, Key: 'k', ObjectAttributes: ['Colour' as 'ETag'] })
    expect(await failure(wrong)).toBe('400 InvalidArgument')
  })
})

describe('a range', () => {
  test.each([
    ['bytes=0-15', 'abcdefghij', 'bytes 0-9/10'],
    ['bytes=0-0', 'a', 'bytes 0-0/10'],
    ['bytes=0-10737418239', 'abcdefghij', 'bytes 0-9/10'],
    ['bytes=5-14', 'fghij', 'bytes 5-9/10'],
    ['bytes=-5', 'fghij', 'bytes 5-9/10'],
    ['bytes=5-', 'fghij', 'bytes 5-9/10'],
  ])('%s of ten letters is %s', async (Range, text, ContentRange) => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k', Body: 'abcdefghij' })
    const got = await client.getObject({ Bucket, Key: 'k', Range })
    expect(got).toMatchObject({ ContentRange, ContentLength: text.length, $metadata: { httpStatusCode: 206 } })
    expect(await got.Body?.transformToString()).toBe(text)
    expect(await client.headObject({ Bucket, Key: 'k', Range })).toMatchObject({ ContentRange, ContentLength: text.length })
  })

  test('that begins behind the end is an error that tells the size', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k', Body: 'abcdefghij' })
    const error = await client.getObject({ Bucket, Key: 'k', Range: 'bytes=10-' }).catch((error: unknown) => error)
    expect(error).toMatchObject({
      name: 'InvalidRange',
      ActualObjectSize: '10',
      RangeRequested: 'bytes=10-',
      $metadata: { httpStatusCode: 416 },
    })
    await client.putObject({ Bucket, Key: 'empty' })
    expect(await failure(client.getObject({ Bucket, Key: 'empty', Range: 'bytes=0-' }))).toBe('416 InvalidRange')
  })

  test('of a large object is read from its place', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const Body = randomBytes(3_000_000)
    await client.putObject({ Bucket, Key: 'k', Body })
    const bytes = await (await client.getObject({ Bucket, Key: 'k', Range: 'bytes=1000001-2999990' })).Body?.transformToByteArray()
    expect(Buffer.compare(bytes ?? Buffer.alloc(0), Body.subarray(1_000_001, 2_999_991))).toBe(0)
  })
})

describe('deleting', () => {
  test('an object works, whether or not there is one', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.putObject({ Bucket, Key: 'k' })
    expect((await client.deleteObject({ Bucket, Key: 'k' })).$metadata.httpStatusCode).toBe(204)
    expect((await client.deleteObject({ Bucket, Key: 'k' })).$metadata.httpStatusCode).toBe(204)
    expect(await failure(client.getObject({ Bucket, Key: 'k' }))).toBe('404 NoSuchKey')
  })

  test('many objects answers for each, and only errors when asked to be quiet', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}`)
    await Promise.all(keys.slice(0, 50).map((Key) => client.putObject({ Bucket, Key })))
    const deleted = await client.deleteObjects({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } })
    expect(deleted.Deleted?.map(({ Key }) => Key)).toEqual(keys)
    expect((await client.listObjectsV2({ Bucket })).KeyCount).toBe(0)
    await client.putObject({ Bucket, Key: 'kept' })
    const quiet = await client.deleteObjects({ Bucket, Delete: { Quiet: true, Objects: [{ Key: 'a' }, { Key: 'kept', ETag: '"other"' }] } })
    expect(quiet.Deleted).toBeUndefined()
    expect(quiet.Errors).toMatchObject([{ Key: 'kept', Code: 'PreconditionFailed' }])
    expect((await client.listObjectsV2({ Bucket })).KeyCount).toBe(1)
  })

  test('more than 1,000 objects, or none, at once is refused', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const Objects = Array.from({ length: 1_001 }, (_, index) => ({ Key: `k${index}` }))
    expect(await failure(client.deleteObjects({ Bucket, Delete: { Objects } }))).toBe('400 MalformedXML')
    expect(await failure(client.deleteObjects({ Bucket, Delete: { Objects: [] } }))).toBe('400 MalformedXML')
  })
})

describe('conditions', () => {
  test('decide whether an object is sent', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const { ETag } = await client.putObject({ Bucket, Key: 'k', Body: 'x' })
    const at = { Bucket, Key: 'k' }
    const [past, future] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)]
    expect(await textOf(client.getObject({ ...at, IfMatch: ETag }))).toBe('x')
    expect(await failure(client.getObject({ ...at, IfMatch: '"other"' }))).toBe('412 PreconditionFailed')
    expect(await failure(client.getObject({ ...at, IfNoneMatch: ETag }))).toBe('304 Unknown')
    expect(await textOf(client.getObject({ ...at, IfNoneMatch: '"other"' }))).toBe('x')
    expect(await textOf(client.getObject({ ...at, IfModifiedSince: past }))).toBe('x')
    expect(await failure(client.getObject({ ...at, IfUnmodifiedSince: past }))).toBe('412 PreconditionFailed')
    expect(await textOf(client.getObject({ ...at, IfUnmodifiedSince: future }))).toBe('x')
    const { LastModified } = await client.headObject(at)
    expect(await failure(client.headObject({ ...at, IfModifiedSince: LastModified }))).toBe('304 Unknown')
    expect(await failure(client.headObject({ ...at, IfMatch: '"other"' }))).toBe('412 Unknown')
    expect(await failure(client.getObject({ ...at, IfMatch: '"other"', Range: 'bytes=7-' }))).toBe('412 PreconditionFailed')
  })

  test('decide whether an object is written', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const at = { Bucket, Key: 'k' }
    expect(await failure(client.putObject({ ...at, Body: 'a', IfMatch: '"any"' }))).toBe('404 NoSuchKey')
    const first = await client.putObject({ ...at, Body: 'a', IfNoneMatch: '*' })
    expect(await failure(client.putObject({ ...at, Body: 'b', IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
    expect(await failure(client.putObject({ ...at, Body: 'b', IfMatch: '"any"' }))).toBe('412 PreconditionFailed')
    await client.putObject({ ...at, Body: 'c', IfMatch: first.ETag })
    expect(await failure(client.putObject({ ...at, Body: 'd', IfMatch: first.ETag }))).toBe('412 PreconditionFailed')
    expect(await failure(client.putObject({ ...at, Body: 'd', IfNoneMatch: '"tag"' }))).toBe('501 NotImplemented')
    expect(await textOf(client.getObject(at))).toBe('c')
    // A large body is refused as well, and the client gets to know why.
    expect(await failure(client.putObject({ ...at, Body: Buffer.alloc(5_000_000), IfNoneMatch: '*' }))).toBe('412 PreconditionFailed')
  })

  test('decide whether an object is deleted', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const { ETag } = await client.putObject({ Bucket, Key: 'k', Body: 'a' })
    expect(await failure(client.deleteObject({ Bucket, Key: 'k', IfMatch: '"other"' }))).toBe('412 PreconditionFailed')
    await client.deleteObject({ Bucket, Key: 'k', IfMatch: ETag })
    expect(await failure(client.headObject({ Bucket, Key: 'k' }))).toBe('404 NotFound')
  })
})
