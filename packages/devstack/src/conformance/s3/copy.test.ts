import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { failure, sharedStack, textOf } from '../stack.fixture.ts'

const shared = sharedStack()

async function source(): Promise<{ Bucket: string; CopySource: string; ETag: string | undefined }> {
  const Bucket = await shared.bucket()
  const described = { ContentType: 'text/plain', CacheControl: 'no-cache', Metadata: { a: '1' }, Tagging: 't=1' }
  const { ETag } = await shared.client.putObject({ Bucket, Key: 'from', Body: 'hello', ChecksumAlgorithm: 'SHA1', ...described })
  return { Bucket, CopySource: `${Bucket}/from`, ETag }
}

describe('a copy', () => {
  test('has the bytes, the headers, the metadata, the tags and the kind of checksum of its source', async () => {
    const { client } = shared
    const { Bucket, CopySource, ETag } = await source()
    const copied = await client.copyObject({ Bucket, Key: 'to', CopySource })
    expect(copied.CopyObjectResult).toMatchObject({ ETag, ChecksumSHA1: createHash('sha1').update('hello').digest('base64') })
    expect(await textOf(client.getObject({ Bucket, Key: 'to' }))).toBe('hello')
    expect(await client.headObject({ Bucket, Key: 'to', ChecksumMode: 'ENABLED' })).toMatchObject({
      ETag,
      ContentType: 'text/plain',
      CacheControl: 'no-cache',
      Metadata: { a: '1' },
      TagCount: 1,
      ChecksumSHA1: copied.CopyObjectResult?.ChecksumSHA1,
    })
  })

  test('has other headers, metadata, tags and another checksum where that is asked', async () => {
    const { client } = shared
    const { Bucket, CopySource } = await source()
    const asked = {
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      ChecksumAlgorithm: 'CRC32C',
      ServerSideEncryption: 'AES256',
    } as const
    await client.copyObject({ Bucket, Key: 'to', CopySource, ...asked, ContentType: 'text/html', Metadata: { b: '2' }, Tagging: 'u=1&v=2' })
    const head = await client.headObject({ Bucket, Key: 'to', ChecksumMode: 'ENABLED' })
    expect(head).toMatchObject({ ContentType: 'text/html', Metadata: { b: '2' }, TagCount: 2, ServerSideEncryption: 'AES256' })
    expect([head.CacheControl, head.ChecksumSHA1, head.ChecksumCRC32C]).toEqual([undefined, undefined, expect.any(String)])
  })

  test('onto itself must change something', async () => {
    const { client } = shared
    const { Bucket, CopySource } = await source()
    expect(await failure(client.copyObject({ Bucket, Key: 'from', CopySource }))).toBe('400 InvalidRequest')
    await client.copyObject({ Bucket, Key: 'from', CopySource, MetadataDirective: 'REPLACE', Metadata: { c: '3' } })
    expect(await client.headObject({ Bucket, Key: 'from' })).toMatchObject({ Metadata: { c: '3' }, ContentLength: 5 })
  })

  test('names its source with any character, with or without a slash before it', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    for (const Key of ['a b/ü+%41', '?versionId=x', '刺身', '../up', 'a//b', '\u0001'])
      for (const slash of ['', '/']) {
        await client.putObject({ Bucket, Key, Body: Key })
        const CopySource = `${slash}${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`
        await client.copyObject({ Bucket, Key: 'to', CopySource })
        expect(await textOf(client.getObject({ Bucket, Key: 'to' }))).toBe(Key)
      }
  })

  test('is made only under its conditions', async () => {
    const { client } = shared
    const { Bucket, CopySource, ETag } = await source()
    const copy = (conditions: object): Promise<string> => failure(client.copyObject({ Bucket, Key: 'to', CopySource, ...conditions }))
    const [past, future] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)]
    expect(await copy({ CopySourceIfMatch: '"other"' })).toBe('412 PreconditionFailed')
    expect(await copy({ CopySourceIfNoneMatch: ETag })).toBe('412 PreconditionFailed')
    expect(await copy({ CopySourceIfUnmodifiedSince: past })).toBe('412 PreconditionFailed')
    expect(await copy({ CopySourceIfModifiedSince: past, CopySourceIfNoneMatch: ETag })).toBe('412 PreconditionFailed')
    expect(await copy({ CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: past })).toBe('no failure')
    expect(await copy({ CopySourceIfUnmodifiedSince: future, CopySourceIfModifiedSince: past })).toBe('no failure')
    expect(await copy({ IfNoneMatch: '*' })).toBe('412 PreconditionFailed')
    expect(await copy({ IfMatch: ETag })).toBe('no failure')
  })

  test('of what is not there is an error', async () => {
    const { client } = shared
    const { Bucket, CopySource } = await source()
    const copy = (from: string, to = Bucket): Promise<string> => failure(client.copyObject({ Bucket: to, Key: 'to', CopySource: from }))
    expect(await copy(`${Bucket}/missing`)).toBe('404 NoSuchKey')
    expect(await copy('no-such-bucket/k')).toBe('404 NoSuchBucket')
    expect(await copy(CopySource, 'no-such-bucket')).toBe('404 NoSuchBucket')
    expect(await copy(`${CopySource}?versionId=other`)).toBe('404 NoSuchVersion')
    for (const wrong of [Bucket, `${Bucket}/`, '/', '%zz/k']) expect(await copy(wrong)).toBe('400 InvalidArgument')
    expect(await failure(client.copyObject({ Bucket, Key: 'to', CopySource, MetadataDirective: 'KEEP' as 'COPY' }))).toBe(
      '400 InvalidArgument',
    )
  })
})

describe('a part', () => {
  test('can be a copy of an object or of a range of it', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    const Body = randomBytes(6_000_000)
    await client.putObject({ Bucket, Key: 'from', Body })
    const to = { Bucket, Key: 'to', CopySource: `${Bucket}/from` }
    const { UploadId } = await client.createMultipartUpload({ Bucket, Key: 'to', ChecksumAlgorithm: 'CRC32' })
    const whole = await client.uploadPartCopy({ ...to, UploadId, PartNumber: 1 })
    const range = await client.uploadPartCopy({ ...to, UploadId, PartNumber: 2, CopySourceRange: 'bytes=1000000-1999999' })
    const copy = (changes: object): Promise<string> => failure(client.uploadPartCopy({ ...to, UploadId, PartNumber: 3, ...changes }))
    expect(await copy({ CopySourceRange: 'bytes=0-6000000' })).toBe('400 InvalidArgument')
    expect(await copy({ CopySourceRange: 'bytes=-5' })).toBe('400 InvalidArgument')
    expect(await copy({ CopySource: `${Bucket}/missing` })).toBe('404 NoSuchKey')
    expect(await copy({ UploadId: 'missing' })).toBe('404 NoSuchUpload')
    expect(await copy({ CopySourceIfMatch: '"other"' })).toBe('412 PreconditionFailed')
    const Parts = [whole, range].map(({ CopyPartResult }, index) => ({ ...CopyPartResult, PartNumber: index + 1 }))
    await client.completeMultipartUpload({ Bucket, Key: 'to', UploadId, MultipartUpload: { Parts } })
    const bytes = (await (await client.getObject({ Bucket, Key: 'to' })).Body?.transformToByteArray()) ?? Buffer.alloc(0)
    expect(Buffer.compare(bytes, Buffer.concat([Body, Body.subarray(1_000_000, 2_000_000)]))).toBe(0)
    // An object of parts becomes one of one piece when it is copied.
    const copied = await client.copyObject({ Bucket, Key: 'again', CopySource: `${Bucket}/to` })
    expect(copied.CopyObjectResult?.ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`)
  })
})
