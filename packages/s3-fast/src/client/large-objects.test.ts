import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { TransferProgress } from '../call/transfer-progress.ts'
import { PartLanes } from '../concurrency/part-lanes.ts'
import { copyInParts } from '../upload/copy-in-parts.ts'
import { openClient } from './open-client.ts'
import type { S3 } from './s3.ts'
import { collect, sharedStack, someBytes } from './stack.fixture.ts'

const MiB = 1_048_576
const shared = sharedStack()
const body = someBytes(33 * MiB + 5)
const path = join(shared.folder, 'body')

beforeAll(() => writeFileSync(path, body))

/** Every upload that was neither completed nor aborted. */
const openUploads = (s3: S3): Promise<number> => s3.abortUploads('', { olderThan: new Date(Date.now() + 60_000) })

async function* inPieces(pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.byteLength; at += pieceBytes) yield body.subarray(at, at + pieceBytes)
}

describe('a large object', () => {
  test('is read into memory that the caller gives where it fits, and where it does not into new memory', async () => {
    const s3 = shared.client()
    await s3.put('large', body)
    const into = new Uint8Array(body.byteLength + 10).fill(7)
    const bytes = await s3.getBytes('large', { into })
    expect([bytes.buffer === into.buffer, bytes.byteLength]).toEqual([true, body.byteLength])
    expect(body.equals(bytes)).toBe(true)
    expect(into.at(-1)).toBe(7)
    const elsewhere = await s3.getBytes('large', { into: into.subarray(20) })
    expect([elsewhere.buffer === into.buffer, body.equals(elsewhere)]).toEqual([false, true])
  })

  test('goes in parts of 16 MiB and comes in ranges, to memory and to files', async () => {
    const s3 = shared.client()
    const sent: TransferProgress[] = []
    await s3.put('large', body, { contentType: 'application/x-large', metadata: { a: '1' }, onProgress: (progress) => sent.push(progress) })
    expect(shared.stack.s3.requests.counts).toEqual({ CreateMultipartUpload: 1, UploadPart: 3, CompleteMultipartUpload: 1 })
    expect(sent.at(-1)).toEqual({ transferredBytes: body.byteLength, totalBytes: body.byteLength })
    expect(sent.length).toBe(3)
    shared.stack.s3.requests.reset()
    const got: TransferProgress[] = []
    const object = await s3.get('large', { onProgress: (progress) => got.push(progress) })
    expect(shared.stack.s3.requests.counts).toEqual({ GetObject: 3 })
    expect(object).toMatchObject({
      sizeBytes: body.byteLength,
      contentType: 'application/x-large',
      metadata: { a: '1' },
      memoryBytes: body.byteLength,
    })
    expect(body.equals(await object.bytes())).toBe(true)
    expect(got.at(-1)).toEqual({ transferredBytes: body.byteLength, totalBytes: body.byteLength })
    expect(got.every(({ transferredBytes }, index) => transferredBytes > (got[index - 1]?.transferredBytes ?? 0))).toBe(true)
    const [inFile] = await s3.getMany(['large'], { memoryBytes: 1_000 })
    expect(inFile?.memoryBytes).toBe(0)
    expect(readFileSync((await inFile?.file()) ?? '').equals(body)).toBe(true)
    const target = join(shared.folder, 'target')
    writeFileSync(target, 'old')
    await s3.getFile('large', target)
    expect(readFileSync(target).equals(body)).toBe(true)
    expect(body.equals(await s3.getBytes('large', { checksum: false }))).toBe(true)
  })

  test('comes from a file, from pieces, from a stream of unknown length', async () => {
    const s3 = shared.client()
    await s3.putFiles([['file', path]])
    await s3.put('pieces', [body.subarray(0, 7), body.subarray(7, 30 * MiB), body.subarray(30 * MiB)])
    await s3.put('stream', inPieces(300_000))
    for (const key of ['file', 'pieces', 'stream']) expect(body.equals(await s3.getBytes(key))).toBe(true)
    expect(shared.stack.s3.requests.counts).toMatchObject({ CreateMultipartUpload: 3, UploadPart: 9, CompleteMultipartUpload: 3 })
  })

  test('is read in part: a range of more than 32 MiB comes in ranges, too', async () => {
    const s3 = shared.client()
    await s3.put('large', body)
    shared.stack.s3.requests.reset()
    const object = await s3.get({ key: 'large', range: { offset: 1_000 } })
    expect(shared.stack.s3.requests.counts).toEqual({ GetObject: 3 })
    expect(object).toMatchObject({ sizeBytes: body.byteLength, range: { offset: 1_000, length: body.byteLength - 1_000 } })
    expect(body.subarray(1_000).equals(await object.bytes())).toBe(true)
    const part = await s3.get({ key: 'large', range: { offset: 5 * MiB, length: MiB } })
    expect(body.subarray(5 * MiB, 6 * MiB).equals(await part.bytes())).toBe(true)
  })

  test('arrives whole through resets, truncated bodies, refusals and lost answers', async () => {
    const s3 = shared.client()
    await shared.stack.faults.s3({ rate: 0.5, kinds: ['reset', 'truncate', '503', 'lost-answer'], seed: 3 })
    await s3.put('large', inPieces(MiB))
    const target = join(shared.folder, 'through-faults')
    await s3.getFile('large', target)
    expect(readFileSync(target).equals(body)).toBe(true)
  })

  test('whose bytes are altered on the way is read again, and never given', async () => {
    const s3 = shared.client()
    await s3.put('large', body)
    await shared.stack.faults.s3({ rate: 1, kinds: ['corrupt'], operations: ['GetObject'], times: 2 })
    const target = join(shared.folder, 'altered')
    await s3.getFile('large', target)
    expect(readFileSync(target).equals(body)).toBe(true)
    await shared.stack.faults.s3({ rate: 1, kinds: ['corrupt'], operations: ['GetObject'] })
    await expect(s3.getFile('large', join(shared.folder, 'never'))).rejects.toMatchObject({
      code: 'corrupt-body',
      key: expect.stringMatching(/large$/),
    })
    expect(readdirSync(shared.folder).filter((name) => name.includes('never'))).toEqual([])
  })

  test('that is replaced while it is read is an error, not a mixture', async () => {
    const s3 = shared.client()
    await s3.put('large', body)
    let replaced: Promise<unknown> | undefined
    const reading = s3.get('large', {
      onProgress: () => {
        if (replaced !== undefined) return
        // Ranges cannot begin before the object has changed.
        shared.stack.faults.s3({ rate: 1, kinds: ['503'], operations: ['GetObject'] }).catch(() => {})
        replaced = s3.put('large', body.subarray(1)).then(() => shared.stack.faults.clear())
      },
    })
    await expect(reading).rejects.toMatchObject({
      code: 'changed',
      retryable: true,
      message: expect.stringContaining('was replaced while it was read'),
    })
    await replaced
    expect(body.subarray(1).equals(await s3.getBytes('large'))).toBe(true)
  })

  test('is written once of many that create it only, also when answers are lost', async () => {
    const s3 = shared.client()
    await shared.stack.faults.s3({ rate: 0.5, kinds: ['lost-answer'], operations: ['CompleteMultipartUpload', 'PutObject'], seed: 5 })
    const results = await Promise.all([1, 2].map(() => s3.put('large', body, { overwrite: false })))
    expect(results.filter(({ written }) => written)).toHaveLength(1)
    const small = await Promise.all(Array.from({ length: 20 }, (_, index) => s3.put(`small-${index}`, 'same', { overwrite: false })))
    expect(small.every(({ written }) => written)).toBe(true)
    const race = await Promise.all(Array.from({ length: 20 }, () => s3.put('one', 'same', { overwrite: false })))
    expect(race.filter(({ written }) => written)).toHaveLength(1)
    expect(await openUploads(s3)).toBe(0)
  })

  test('leaves nothing when it is aborted: no upload, no file, and soon', async () => {
    const s3 = shared.client()
    await s3.put('large', body)
    for (const transfer of [
      (options: { signal: AbortSignal; onProgress: () => void }) => s3.getFile('large', join(shared.folder, 'aborted'), options),
      (options: { signal: AbortSignal; onProgress: () => void }) => s3.put('other', body, options),
      (options: { signal: AbortSignal; onProgress: () => void }) => s3.put('other', inPieces(MiB), options),
    ]) {
      const controller = new AbortController()
      let abortedAt = 0
      const onProgress = (): void => {
        abortedAt ||= performance.now()
        controller.abort(new Error('enough'))
      }
      await expect(transfer({ signal: controller.signal, onProgress })).rejects.toThrow('enough')
      expect(performance.now() - abortedAt).toBeLessThan(1_000)
    }
    expect(readdirSync(shared.folder).filter((name) => name.startsWith('aborted'))).toEqual([])
    expect(await openUploads(s3)).toBe(0)
    expect((await collect(s3.list())).map(({ key }) => key)).toEqual(['large'])
  })

  test('whose upload fails is removed in parts, and said', async () => {
    const s3 = shared.client({ deadlineMs: 300 })
    await shared.stack.faults.s3({ rate: 1, kinds: ['500'], operations: ['UploadPart'] })
    await expect(s3.put('large', body)).rejects.toMatchObject({ code: 'server-error', key: expect.stringMatching(/large$/) })
    expect(shared.stack.s3.requests.counts).toMatchObject({ AbortMultipartUpload: 1 })
    await shared.stack.faults.s3({ rate: 1, kinds: ['500'], operations: ['UploadPart', 'AbortMultipartUpload'] })
    await expect(s3.put('large', body)).rejects.toMatchObject({ code: 'server-error', message: expect.stringContaining('abortUploads()') })
    await shared.stack.faults.clear()
    expect(await s3.abortUploads('', { olderThan: new Date(Date.now() - 60_000) })).toBe(0)
    expect(await openUploads(s3)).toBe(1)
    expect(await openUploads(s3)).toBe(0)
    const broken = (async function* () {
      yield body
      throw new Error('no more')
    })()
    await expect(s3.put('large', broken)).rejects.toThrow('no more')
    expect(await openUploads(s3)).toBe(0)
  })

  test('from a file that is written to meanwhile is not stored', async () => {
    const s3 = shared.client()
    const growing = join(shared.folder, 'growing')
    writeFileSync(growing, body)
    const onProgress = (): void => appendFileSync(growing, 'more')
    await expect(s3.putFiles([['growing', growing, { onProgress }]])).rejects.toMatchObject({ code: 'changed' })
    expect(await s3.infoMany(['growing'], { missing: 'return' })).toMatchObject([{ exists: false }])
    expect(await openUploads(s3)).toBe(0)
  })

  test('is copied in parts without coming here, with what is known of it', async () => {
    const s3 = shared.client({ root: 's3://bucket/parts' })
    await s3.put('from', body)
    shared.stack.s3.requests.reset()
    const { env } = shared.stack
    const { context, close } = openClient({
      endpoint: env.AWS_ENDPOINT_URL_S3,
      credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    })
    const lanes = new PartLanes({ start: 2, most: 2 })
    await copyInParts(
      { send: context.send, lanes },
      {
        from: { bucket: 'bucket', key: 'parts/from' },
        bucket: 'bucket',
        key: 'parts/to',
        sizeBytes: body.byteLength,
        ifMatch: undefined,
        contentType: 'text/plain',
        leastPartBytes: 8 * MiB,
      },
    )
    await close()
    expect(shared.stack.s3.requests.counts).toEqual({ CreateMultipartUpload: 1, UploadPartCopy: 5, CompleteMultipartUpload: 1 })
    expect(body.equals(await s3.getBytes('to'))).toBe(true)
    expect((await s3.info('to')).contentType).toBe('text/plain')
  })

  test('leaves no descriptor and no temporary file behind, also after a failure', async () => {
    const before = readdirSync('/proc/self/fd').length
    const s3 = shared.client({ temporaryFolder: shared.folder, deadlineMs: 200 })
    await s3.put('large', body)
    const [object] = await s3.getMany(['large'], { memoryBytes: 0 })
    const file = (await object?.file()) ?? ''
    await shared.stack.faults.s3({ rate: 1, kinds: ['reset'] })
    await expect(s3.getMany(['large', 'large'], { memoryBytes: 0 })).rejects.toMatchObject({ code: 'connection-failed' })
    expect(readdirSync(dirname(file))).toHaveLength(1)
    await s3.close()
    expect(existsSync(dirname(file))).toBe(false)
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before)
  })
})
