import { beforeAll, describe, expect, test } from 'vitest'
import { failure, sharedStack } from '../stack.fixture.ts'

const shared = sharedStack()
const keys = ['a', 'a/', 'a/1', 'a/2', 'a/2/x', 'a0', 'b/1', 'b/2', 'log', 'log/1', 'log_other/1', 'z é', 'z\u0001', '\u{1f600}', '\uffee']
const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
let Bucket: string

beforeAll(async () => {
  Bucket = await shared.bucket()
  await Promise.all(keys.map((Key) => shared.client.putObject({ Bucket, Key, Body: Key })))
})

const keysOf = (page: { Contents?: { Key?: string | undefined }[] | undefined }): (string | undefined)[] =>
  page.Contents?.map(({ Key }) => Key) ?? []
const prefixesOf = (page: { CommonPrefixes?: { Prefix?: string | undefined }[] | undefined }): (string | undefined)[] =>
  page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? []

describe('ListObjectsV2', () => {
  test('gives every key in the order of its bytes, with what is known of it', async () => {
    const page = await shared.client.listObjectsV2({ Bucket })
    expect(keysOf(page)).toEqual(sorted)
    expect(page).toMatchObject({ KeyCount: keys.length, MaxKeys: 1_000, IsTruncated: false, Name: Bucket, Prefix: '' })
    expect(page.Contents?.[0]).toMatchObject({
      Size: 1,
      StorageClass: 'STANDARD',
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      ChecksumAlgorithm: ['CRC32'],
      ChecksumType: 'FULL_OBJECT',
    })
    expect(page.Contents?.[0]?.Owner).toBeUndefined()
    expect((await shared.client.listObjectsV2({ Bucket, FetchOwner: true })).Contents?.[0]?.Owner?.ID).toMatch(/^0+$/)
    const { LastModified } = await shared.client.headObject({ Bucket, Key: 'a' })
    expect(page.Contents?.find(({ Key }) => Key === 'a')?.LastModified).toEqual(LastModified)
  })

  test('rolls keys up behind a delimiter', async () => {
    const top = await shared.client.listObjectsV2({ Bucket, Delimiter: '/' })
    expect(keysOf(top)).toEqual(['a', 'a0', 'log', 'z\u0001', 'z é', '\uffee', '\u{1f600}'])
    expect(prefixesOf(top)).toEqual(['a/', 'b/', 'log/', 'log_other/'])
    expect(top.KeyCount).toBe(11)
    const below = await shared.client.listObjectsV2({ Bucket, Delimiter: '/', Prefix: 'a/' })
    expect(keysOf(below)).toEqual(['a/', 'a/1', 'a/2'])
    expect(prefixesOf(below)).toEqual(['a/2/'])
    const other = await shared.client.listObjectsV2({ Bucket, Delimiter: 'og', Prefix: 'l' })
    expect(prefixesOf(other)).toEqual(['log'])
  })

  test('tells a prefix from one that only begins as it does', async () => {
    expect(keysOf(await shared.client.listObjectsV2({ Bucket, Prefix: 'log' }))).toEqual(['log', 'log/1', 'log_other/1'])
    expect(keysOf(await shared.client.listObjectsV2({ Bucket, Prefix: 'log/' }))).toEqual(['log/1'])
    expect(keysOf(await shared.client.listObjectsV2({ Bucket, Prefix: 'nothing' }))).toEqual([])
  })

  test.each([undefined, '/'])('gives everything once, page by page, with the delimiter %s', async (Delimiter) => {
    for (const MaxKeys of [1, 2, 3]) {
      const found: (string | undefined)[] = []
      let ContinuationToken: string | undefined
      do {
        const page = await shared.client.listObjectsV2({ Bucket, Delimiter, MaxKeys, ContinuationToken })
        expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys)
        expect(page.ContinuationToken).toBe(ContinuationToken)
        found.push(...keysOf(page), ...prefixesOf(page))
        ContinuationToken = page.NextContinuationToken
        expect(page.IsTruncated).toBe(ContinuationToken !== undefined)
      } while (ContinuationToken !== undefined)
      const whole = await shared.client.listObjectsV2({ Bucket, Delimiter })
      expect(found.toSorted()).toEqual([...keysOf(whole), ...prefixesOf(whole)].toSorted())
    }
  })

  test('starts behind a key, whether or not it is there', async () => {
    expect(keysOf(await shared.client.listObjectsV2({ Bucket, StartAfter: 'a0' }))[0]).toBe('b/1')
    expect(keysOf(await shared.client.listObjectsV2({ Bucket, StartAfter: 'a/5', MaxKeys: 1 }))).toEqual(['a0'])
    expect(keysOf(await shared.client.listObjectsV2({ Bucket, StartAfter: 'a/5', Prefix: 'b/' }))).toEqual(['b/1', 'b/2'])
    const page = await shared.client.listObjectsV2({ Bucket, StartAfter: 'b/1', Delimiter: '/' })
    expect([page.StartAfter, prefixesOf(page)]).toEqual(['b/1', ['b/', 'log/', 'log_other/']])
    expect(keysOf(await shared.client.listObjectsV2({ Bucket, StartAfter: '\u{1f600}' }))).toEqual([])
  })

  test('gives nothing for no keys, and at most 1,000', async () => {
    expect(await shared.client.listObjectsV2({ Bucket, MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false, MaxKeys: 0 })
    expect((await shared.client.listObjectsV2({ Bucket, MaxKeys: 5_000 })).MaxKeys).toBe(1_000)
    expect(await failure(shared.client.listObjectsV2({ Bucket, MaxKeys: -1 }))).toBe('400 InvalidArgument')
    expect(await failure(shared.client.listObjectsV2({ Bucket, MaxKeys: 'x' as unknown as number }))).toBe('400 InvalidArgument')
  })

  test('refuses a token that it did not give', async () => {
    for (const ContinuationToken of ['', 'a/1', '1', '1@@'])
      expect(await failure(shared.client.listObjectsV2({ Bucket, ContinuationToken }))).toBe('400 InvalidArgument')
  })

  test('encodes keys when asked to', async () => {
    const page = await shared.client.listObjectsV2({ Bucket, EncodingType: 'url', Prefix: 'z', Delimiter: '\u0001', StartAfter: 'z' })
    expect(page).toMatchObject({ EncodingType: 'url', Delimiter: '%01', StartAfter: 'z' })
    expect(keysOf(page)).toEqual(['z%20%C3%A9'])
    expect(prefixesOf(page)).toEqual(['z%01'])
    expect(keysOf(await shared.client.listObjectsV2({ Bucket, EncodingType: 'url', Prefix: 'a/2/' }))).toEqual(['a/2/x'])
    expect(await failure(shared.client.listObjectsV2({ Bucket, EncodingType: 'base64' as 'url' }))).toBe('400 InvalidArgument')
  })

  test('sees a write and a delete at once', async () => {
    const own = await shared.bucket()
    for (let round = 0; round < 10; round += 1) {
      await shared.client.putObject({ Bucket: own, Key: `k${round}` })
      expect((await shared.client.listObjectsV2({ Bucket: own })).KeyCount).toBe(1)
      await shared.client.deleteObject({ Bucket: own, Key: `k${round}` })
      expect((await shared.client.listObjectsV2({ Bucket: own })).KeyCount).toBe(0)
    }
  })
})

describe('ListObjects', () => {
  test('gives every key with its owner', async () => {
    const page = await shared.client.listObjects({ Bucket })
    expect(keysOf(page)).toEqual(sorted)
    expect(page.Contents?.[0]?.Owner).toMatchObject({ DisplayName: 'millrace' })
    expect(page).toMatchObject({ Marker: '', IsTruncated: false })
  })

  test.each([undefined, '/'])('gives everything once, page by page, with the delimiter %s', async (Delimiter) => {
    const found: (string | undefined)[] = []
    let Marker: string | undefined
    for (let truncated = true; truncated; ) {
      const page = await shared.client.listObjects({ Bucket, Delimiter, Marker, MaxKeys: 2 })
      found.push(...keysOf(page), ...prefixesOf(page))
      // Without a delimiter S3 gives no marker: the last key is it.
      expect(page.NextMarker !== undefined).toBe(Delimiter !== undefined && page.IsTruncated === true)
      Marker = page.NextMarker ?? keysOf(page).at(-1)
      truncated = page.IsTruncated === true
    }
    const whole = await shared.client.listObjects({ Bucket, Delimiter })
    expect(found.toSorted()).toEqual([...keysOf(whole), ...prefixesOf(whole)].toSorted())
  })
})
