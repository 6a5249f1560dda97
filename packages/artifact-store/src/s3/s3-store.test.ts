import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ObjectStore } from '@millrace/core-graph'
import { objectStoreCases } from '@millrace/core-graph/testing'
import { type Devstack, startDevstack } from '@millrace/devstack'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { asTheyCome } from './as-they-come.ts'
import { createS3Store, type S3StoreOptions } from './s3-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-s3-store-'))
let stack: Devstack
let opened = 0

beforeAll(async () => {
  stack = await startDevstack({ dir: folder, buckets: ['bucket'] })
})
afterEach(async () => {
  await stack.faults.clear()
  stack.s3.requests.reset()
})
afterAll(async () => {
  await stack.close()
  rmSync(folder, { recursive: true, force: true })
})

/** An empty store of its own. */
function open(root = `s3://bucket/test-${++opened}`, options: S3StoreOptions = {}): ObjectStore {
  const {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  } = stack.env
  const store = createS3Store(root, { endpoint, region, credentials: { accessKeyId, secretAccessKey }, ...options })
  onTestFinished(() => store.close())
  return store
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const keysOf = async (store: ObjectStore): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of store.list('')) keys.push(key)
  return keys
}

describe('a store in a bucket', () => {
  for (const { name, run } of objectStoreCases(async () => open())) test(name, run)

  test('costs one request for each object put, got or created, also where nothing or something is there already, and none that asks first', async () => {
    const store = open()
    await store.put('a', bytes('x'))
    stack.s3.requests.reset()
    await store.put('b', bytes('x'), { mode: 'create' })
    await store.put('b', bytes('y'), { mode: 'create' })
    await store.get('a')
    await store.get('missing')
    for await (const _ of store.getMany(Array.from({ length: 100 }, (_each, index) => `n/${index}`)));
    await store.delete(Array.from({ length: 1_500 }, (_each, index) => `n/${index}`))
    expect(stack.s3.requests.counts).toEqual({ PutObject: 2, GetObject: 102, DeleteObjects: 2 })
  })

  test('sees nothing of what lies beside its prefix, and is seen by a store at the bucket itself', async () => {
    const [inner, beside, whole] = [open('s3://bucket/x/deep'), open('s3://bucket/x/deeper'), open('s3://bucket')]
    await inner.put('a/b', bytes('1'))
    await beside.put('a/c', bytes('2'))
    expect([await keysOf(inner), await keysOf(beside)]).toEqual([['a/b'], ['a/c']])
    expect(await whole.get('x/deep/a/b')).toEqual(bytes('1'))
    await inner.delete(['a/b', 'a/c'])
    expect(await keysOf(beside)).toEqual(['a/c'])
  })

  test('stores and reads what is larger than one request takes, in pieces and as it is made', async () => {
    const store = open()
    const block = new Uint8Array(randomBytes(1_000_003))
    const pieces = Array<Uint8Array>(36).fill(block)
    const whole = Buffer.concat(pieces)
    await store.put('pieces', pieces)
    expect(await store.put('pieces', whole, { mode: 'create' })).toBe(false)
    await store.put(
      'stream',
      (async function* () {
        yield* pieces
      })(),
    )
    for (const key of ['pieces', 'stream']) assert.ok(whole.equals((await store.get(key)) ?? new Uint8Array(0)), key)
    assert.ok(
      whole.subarray(5_000_000, 7_000_000).equals((await store.get('pieces', { range: [5_000_000, 7_000_000] })) ?? new Uint8Array(0)),
    )
    expect(stack.s3.requests.counts).toMatchObject({ CreateMultipartUpload: 3, CompleteMultipartUpload: 3 })
  })

  test('keeps its promises while a fifth of all requests fail, in every way there is', async () => {
    await stack.faults.s3({ rate: 0.2, seed: 11, kinds: ['503', '500', 'reset', 'lost-answer', 'truncate'] })
    const store = open()
    const keys = Array.from({ length: 200 }, (_, index) => `k/${index}`)
    const won = await Promise.all(
      keys.map((key) => Promise.all([0, 1, 2].map((writer) => store.put(key, bytes(`${key} by ${writer}`), { mode: 'create' })))),
    )
    expect(won.map((each) => each.filter(Boolean).length)).toEqual(keys.map(() => 1))
    for await (const [key, body] of store.getMany(keys))
      expect(Buffer.from(body ?? []).toString()).toBe(`${key} by ${won[keys.indexOf(key)]?.indexOf(true)}`)
    expect((await keysOf(store)).length).toBe(200)
    await store.delete(keys)
    expect(await keysOf(store)).toEqual([])
  })

  test('tells what it could not do, to which key, where and why, with the failure of S3 as the cause', async () => {
    const failed = async (work: Promise<unknown>): Promise<unknown> =>
      await work.then(
        () => undefined,
        (error: unknown) => error,
      )
    const absent = open('s3://no-such-bucket/p')
    expect(await failed(absent.get('a/b'))).toMatchObject({
      code: 'store-failed',
      subject: 'a/b',
      retryable: false,
      message: expect.stringMatching(
        /^Could not read "a\/b" in the datastore s3:\/\/no-such-bucket\/p\. .*there is no bucket "no-such-bucket"/,
      ),
      cause: expect.objectContaining({ code: 'bucket-not-found' }),
    })
    expect(await failed(keysOf(absent))).toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('Could not list what there is in'),
    })
    expect(await failed(absent.delete(['a/b']))).toMatchObject({
      subject: 'a/b',
      message: expect.stringContaining('Could not delete "a/b"'),
    })
    const stranger = open(undefined, { credentials: { accessKeyId: 'AKIDNOBODY', secretAccessKey: 'x' } })
    expect(await failed(stranger.put('a', bytes('x')))).toMatchObject({
      code: 'store-failed',
      cause: expect.objectContaining({ code: 'invalid-credentials' }),
    })
    const unreachable = open(undefined, { endpoint: 'http://127.0.0.1:9', deadlineMs: 50 })
    expect(await failed(unreachable.sweep('a', { before: new Date() }))).toMatchObject({ code: 'store-failed', retryable: true })
  })

  test('sweeps uploads that nobody will end, when they are old enough, below the prefix it is told', async () => {
    const store = open()
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      for (let piece = 0; piece < 40; piece += 1) yield new Uint8Array(1_000_000)
      await held
      throw new Error('killed')
    }
    const putting = store.put('Flow/blobs/x', slow())
    putting.catch(() => {})
    await vi.waitFor(() => expect(stack.s3.requests.counts.UploadPart).toBeGreaterThan(0), { timeout: 10_000 })
    expect(await store.sweep('Flow', { before: new Date(Date.now() - 60_000) })).toBe(0)
    expect(await store.sweep('Other', { before: new Date(Date.now() + 60_000) })).toBe(0)
    expect(await store.sweep('Flow', { before: new Date(Date.now() + 60_000) })).toBe(1)
    release()
    await expect(putting).rejects.toThrow(/killed|NoSuchUpload/)
    expect(await keysOf(store)).toEqual([])
  })
})

describe('results as they come', () => {
  test('are never more than the limit under way or untaken, and each comes once', async () => {
    let [underWay, most] = [0, 0]
    const taken: number[] = []
    const work = async (item: number): Promise<number> => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise((resolve) => setImmediate(resolve))
      return item
    }
    for await (const item of asTheyCome(Array(50).keys(), 8, work)) {
      underWay -= 1
      taken.push(item)
    }
    expect(most).toBe(8)
    expect(taken.toSorted((left, right) => left - right)).toEqual([...Array(50).keys()])
  })

  test('end with the first failure when all that was under way has settled, and start nothing more', async () => {
    const started: number[] = []
    const work = async (item: number): Promise<number> => {
      started.push(item)
      if (item === 2) throw new Error('no')
      await new Promise((resolve) => setImmediate(resolve))
      return item
    }
    const collect = async (): Promise<void> => {
      for await (const _ of asTheyCome(Array(50).keys(), 4, work));
    }
    await expect(collect()).rejects.toThrow('no')
    expect(started).toEqual([0, 1, 2, 3])
  })
})
