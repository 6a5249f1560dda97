import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { failure, sharedStack, textOf } from '../stack.fixture.ts'

const shared = sharedStack()
const many = Array.from({ length: 40 }, (_, index) => index)
const mebibyte = 2 ** 20

/** How often each outcome came. */
function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

describe('of many that write at once', () => {
  test.each([10, 2_000_000])('with If-None-Match one wins, with bodies of %i bytes', async (size) => {
    const { client } = shared
    const at = { Bucket: await shared.bucket(), Key: 'k' }
    const writers = many.slice(0, size > mebibyte ? 8 : 40)
    const outcomes = await Promise.all(
      writers.map((index) => failure(client.putObject({ ...at, Body: Buffer.alloc(size, index), IfNoneMatch: '*' }))),
    )
    expect(tally(outcomes)).toEqual({ 'no failure': 1, '412 PreconditionFailed': writers.length - 1 })
    const bytes = (await (await client.getObject(at)).Body?.transformToByteArray()) ?? Buffer.alloc(0)
    expect(Buffer.compare(bytes, Buffer.alloc(size, outcomes.indexOf('no failure')))).toBe(0)
  })

  test('with If-Match each change builds on the one before: a counter loses nothing', async () => {
    const { client } = shared
    const at = { Bucket: await shared.bucket(), Key: 'counter' }
    await client.putObject({ ...at, Body: '0' })
    const add = async (): Promise<void> => {
      for (;;) {
        const { Body, ETag } = await client.getObject(at)
        const next = String(Number(await Body?.transformToString()) + 1)
        if ((await failure(client.putObject({ ...at, Body: next, IfMatch: ETag }))) === 'no failure') return
      }
    }
    await Promise.all(many.slice(0, 10).map(async () => add()))
    expect(await textOf(client.getObject(at))).toBe('10')
  })

  test('uploads for one key with If-None-Match one wins, and the others can still be aborted', async () => {
    const { client } = shared
    const at = { Bucket: await shared.bucket(), Key: 'k' }
    const uploads = await Promise.all(
      many.slice(0, 10).map(async (index) => {
        const { UploadId } = await client.createMultipartUpload(at)
        const { ETag } = await client.uploadPart({ ...at, UploadId, PartNumber: 1, Body: `body ${index}` })
        return { ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] }, IfNoneMatch: '*' }
      }),
    )
    const outcomes = await Promise.all(uploads.map((upload) => failure(client.completeMultipartUpload(upload))))
    expect(tally(outcomes)).toEqual({ 'no failure': 1, '412 PreconditionFailed': 9 })
    expect(await textOf(client.getObject(at))).toBe(`body ${outcomes.indexOf('no failure')}`)
    expect((await client.listMultipartUploads({ Bucket: at.Bucket })).Uploads).toHaveLength(9)
    await Promise.all(uploads.map((upload) => failure(client.abortMultipartUpload(upload))))
    expect((await client.listMultipartUploads({ Bucket: at.Bucket })).Uploads).toBeUndefined()
  })

  test('completing, aborting and sending parts of one upload leave the object whole or absent', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await Promise.all(
      many.slice(0, 20).map(async (index) => {
        const at = { Bucket, Key: `k${index}` }
        const { UploadId } = await client.createMultipartUpload(at)
        const { ETag } = await client.uploadPart({ ...at, UploadId, PartNumber: 1, Body: 'first' })
        const complete = { ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }
        const [completed] = await Promise.all([
          failure(client.completeMultipartUpload(complete)),
          failure(client.uploadPart({ ...at, UploadId, PartNumber: 1, Body: 'second' })),
          failure(client.uploadPart({ ...at, UploadId, PartNumber: 2, Body: 'other' })),
          failure(client.abortMultipartUpload({ ...at, UploadId })),
          failure(client.completeMultipartUpload(complete)),
        ])
        expect(['no failure', '404 NoSuchUpload', '400 InvalidPart']).toContain(completed)
        const found = await client.getObject(at).catch(() => undefined)
        if (found) expect(await found.Body?.transformToString()).toBe('first')
      }),
    )
  })

  test('a bucket and its objects, either the bucket is gone or it was not empty', async () => {
    const { client } = shared
    for (let round = 0; round < 5; round += 1) {
      const Bucket = await shared.bucket()
      const [deleted, put] = await Promise.all([
        failure(client.deleteBucket({ Bucket })),
        failure(client.putObject({ Bucket, Key: 'k', Body: Buffer.alloc(round % 2 ? 10 : 2_000_000) })),
      ])
      expect([
        ['no failure', '404 NoSuchBucket'],
        ['409 BucketNotEmpty', 'no failure'],
      ]).toContainEqual([deleted, put])
    }
  })
})

describe('a reader', () => {
  test('gets one version whole while others write and delete, whether it came in one piece or in parts', async () => {
    const { client } = shared
    const at = { Bucket: await shared.bucket(), Key: 'k' }
    const upload = async (value: number): Promise<unknown> => {
      const { UploadId } = await client.createMultipartUpload(at)
      const Body = Buffer.alloc(5 * mebibyte, value)
      const first = await client.uploadPart({ ...at, UploadId, PartNumber: 1, Body })
      const second = await client.uploadPart({ ...at, UploadId, PartNumber: 2, Body: Body.subarray(0, 100) })
      const Parts = [first, second].map(({ ETag }, index) => ({ PartNumber: index + 1, ETag }))
      return client.completeMultipartUpload({ ...at, UploadId, MultipartUpload: { Parts } })
    }
    await upload(1)
    let writing = true
    const write = async (): Promise<void> => {
      for (let value = 2; value < 10; value += 1) {
        if (value % 4 === 0) await client.deleteObject(at)
        if (value % 2 === 0) await client.putObject({ ...at, Body: Buffer.alloc(value % 3 === 0 ? 3_000_000 : 1_000, value) })
        else await upload(value)
      }
      writing = false
    }
    let reads = 0
    const read = async (): Promise<void> => {
      while (writing) {
        const got = await client.getObject(at).catch(() => undefined)
        if (!got) continue
        const bytes = (await got.Body?.transformToByteArray()) ?? Buffer.alloc(0)
        expect(bytes.length).toBe(got.ContentLength)
        expect(Buffer.compare(bytes, Buffer.alloc(bytes.length, bytes[0]))).toBe(0)
        reads += 1
      }
    }
    await Promise.all([write(), read(), read(), read()])
    expect(reads).toBeGreaterThan(0)
  })

  test('that is slow gets the rest of an object that has been deleted meanwhile', async () => {
    const { client } = shared
    const at = { Bucket: await shared.bucket(), Key: 'k' }
    const Body = randomBytes(30 * mebibyte)
    const parts = [Body.subarray(0, 10 * mebibyte), Body.subarray(10 * mebibyte, 20 * mebibyte), Body.subarray(20 * mebibyte)]
    const { UploadId } = await client.createMultipartUpload(at)
    const Parts: { PartNumber: number; ETag: string | undefined }[] = []
    for (const [index, part] of parts.entries())
      Parts.push({ PartNumber: index + 1, ETag: (await client.uploadPart({ ...at, UploadId, PartNumber: index + 1, Body: part })).ETag })
    await client.completeMultipartUpload({ ...at, UploadId, MultipartUpload: { Parts } })
    const got = await client.getObject(at)
    await client.deleteObject(at)
    const hash = createHash('md5')
    for await (const piece of got.Body as AsyncIterable<Buffer>) hash.update(piece)
    expect(hash.digest('hex')).toBe(createHash('md5').update(Body).digest('hex'))
  })
})

test('a listing while others write gives every key that was there all along, in order', async () => {
  const { client } = shared
  const Bucket = await shared.bucket()
  const steady = Array.from({ length: 100 }, (_, index) => `k${String(index * 2).padStart(4, '0')}`)
  await Promise.all(steady.map((Key) => client.putObject({ Bucket, Key })))
  const churn = async (): Promise<void> => {
    for (const index of many) {
      const Key = `k${String(index * 5 + 1).padStart(4, '0')}x`
      await client.putObject({ Bucket, Key })
      if (index % 2) await client.deleteObject({ Bucket, Key })
    }
  }
  const list = async (): Promise<void> => {
    const found: string[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await client.listObjectsV2({ Bucket, MaxKeys: 7, ContinuationToken })
      found.push(...(page.Contents?.map(({ Key = '' }) => Key) ?? []))
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken !== undefined)
    expect(found).toEqual([...new Set(found)].sort())
    expect(found.filter((key) => steady.includes(key))).toEqual(steady)
  }
  await Promise.all([churn(), list(), list()])
})
