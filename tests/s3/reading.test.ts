import { existsSync, readFileSync } from 'node:fs'
import type { S3Object } from '@millrace/s3-fast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { contentOf, dataSets, inByteOrder, presentIn } from './data-sets.ts'
import { collect, everyKind, failureOf, faultRates, testBed } from './test-bed.ts'

const bed = testBed()
const names = Object.keys(dataSets)
const setOf = (name: string): readonly (readonly [string, number])[] => presentIn(dataSets[name] ?? {})
const metadataVariants = {
  none: {},
  'content-type': { contentType: 'text/plain; charset=utf-8' },
  metadata: { metadata: { userkey: 'UserValue' } },
  isolation: { contentType: 'text/plain', metadata: { 'content-type': 'text/css' } },
  multiple: { contentType: 'application/json', metadata: { userkey: 'UserValue', key2: '42' } },
  complex: {
    contentType: 'text/plain',
    metadata: { utf8: '刺身 🐟 \t"quoted" =?x?=', json: JSON.stringify({ a: [1, 'ü'] }), spaces: 'a  b' },
  },
} as const

beforeAll(async () => {
  const s3 = bed.client()
  for (const name of names) await s3.putMany(setOf(name).map(([key, size]) => [`s3://lake/basic/${name}/${key}`, contentOf(key, size)]))
  await s3.putMany(Object.entries(metadataVariants).map(([name, options]) => [`s3://lake/metadata/${name}`, name, options]))
  await s3.putMany(Array.from({ length: 3_000 }, (_, size) => [`s3://lake/3000_files/${size}`, contentOf(String(size), size)]))
  await s3.putMany(['log/a', 'log/b/c', 'log_other/a', 'log.txt', 'log'].map((key) => [`s3://pond/${key}`, key]))
})

describe.each(faultRates)('with %d of all requests failing', (rate) => {
  beforeEach(async () => {
    if (rate > 0) await bed.stack.faults.s3({ rate, kinds: everyKind, delayMs: 20, seed: 7 })
  })

  it.each(names)(
    '%s: every object is read as it was written, in the order of the keys, and what is missing is told in its place',
    async (name) => {
      const set = dataSets[name] ?? {}
      const keys = Object.keys(set).reverse()
      // With and without a slash the root is the same.
      for (const root of [`s3://lake/basic/${name}`, `s3://lake/basic/${name}/`]) {
        const objects = await bed.client({ root }).getMany(keys, { missing: 'return' })
        expect(objects.map(({ key, url, exists }) => ({ key, url, exists }))).toEqual(
          keys.map((key) => ({ key, url: `s3://lake/basic/${name}/${key}`, exists: set[key] !== undefined })),
        )
        for (const object of objects) {
          if (!object.exists) continue
          const content = contentOf(object.key, set[object.key] ?? -1)
          expect(object.sizeBytes).toBe(content.length)
          expect(Buffer.compare(await object.bytes(), content)).toBe(0)
          expect(Buffer.compare(readFileSync(await object.file()), content)).toBe(0)
        }
      }
    },
  )

  it.each(names)('%s: one object, its information and a missing one are told apart', async (name) => {
    const s3 = bed.client({ root: `s3://lake/basic/${name}` })
    for (const [key, size] of Object.entries(dataSets[name] ?? {})) {
      if (size === undefined) {
        const missing = { code: 'not-found', bucket: 'lake', key: `basic/${name}/${key}`, status: 404 }
        expect(await failureOf(s3.get(key))).toMatchObject(missing)
        expect(await failureOf(s3.info(key))).toMatchObject(missing)
        expect(await failureOf(s3.getMany([...setOf(name).map(([present]) => present), key]))).toMatchObject(missing)
      } else {
        expect(Buffer.compare(await s3.getBytes(key), contentOf(key, size))).toBe(0)
        expect(await s3.info(key)).toMatchObject({ key, exists: true, sizeBytes: size, contentType: 'binary/octet-stream' })
      }
    }
    const infos = await s3.infoMany(Object.keys(dataSets[name] ?? {}), { missing: 'return' })
    expect(infos.map((info) => (info.exists ? info.sizeBytes : undefined))).toEqual(Object.values(dataSets[name] ?? {}))
  })

  it.each(names)('%s: listings and recursive reads give every key once and in order', async (name) => {
    const s3 = bed.client({ root: `s3://lake/basic/${name}` })
    const sorted = inByteOrder(setOf(name).map(([key]) => key))
    expect((await collect(s3.listRecursive())).map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual(
      sorted.map((key) => [key, dataSets[name]?.[key]]),
    )
    const level = await collect(s3.list())
    const expected = inByteOrder(new Set(sorted.map((key) => (key.includes('/') ? key.slice(0, key.indexOf('/') + 1) : key))))
    expect(level.map(({ key }) => key)).toEqual(expected)
    expect(level.every(({ key, kind }) => key.endsWith('/') === (kind === 'prefix'))).toBe(true)
    const all = await s3.getAll()
    expect(all.map(({ key }) => key)).toEqual(sorted)
    for (const object of all) expect(Buffer.compare(await object.bytes(), contentOf(object.key, object.sizeBytes))).toBe(0)
  })

  it.each([
    [{ offset: 0, length: 16 }, 0, 16],
    [{ offset: 0, length: 10 * 2 ** 30 }, 0, 1_024],
    [{ offset: 5, length: 10 }, 5, 15],
    [{ offset: -5 }, 1_019, 1_024],
    [{ offset: 5 }, 5, 1_024],
  ])('the range %j of an object is bytes %i to %i', async (range, start, end) => {
    const object = await bed.client({ root: 's3://lake/basic/3_small_files' }).get({ key: 'kb', range })
    expect(Buffer.compare(await object.bytes(), contentOf('kb', 1_024).subarray(start, end))).toBe(0)
    expect(object).toMatchObject({ range: { offset: start, length: end - start }, sizeBytes: 1_024 })
  })

  it('every variant of metadata comes back as it was given, by info and by get', async () => {
    const s3 = bed.client({ root: 's3://lake/metadata' })
    for (const [name, { contentType = 'binary/octet-stream', metadata = {} }] of Object.entries<{
      contentType?: string
      metadata?: object
    }>(metadataVariants)) {
      for (const object of [await s3.info(name), await s3.get(name)]) expect(object).toMatchObject({ contentType, metadata })
    }
  })

  // Where half of the requests fail, the waits of 3,000 add up to half a minute.
  it.runIf(rate < 0.5)('3,000 files are listed and read, each as long as its name says', async () => {
    const objects = await bed.client({ root: 's3://lake/3000_files' }).getAll()
    expect(objects.map(({ key }) => key)).toEqual(inByteOrder(Array.from({ length: 3_000 }, (_, size) => String(size))))
    await expectNamedSizes(objects)
  })

  it('300 of 3,000 files are read, each as long as its name says', async () => {
    const objects = await bed.client({ root: 's3://lake/3000_files' }).getMany(Array.from({ length: 300 }, (_, at) => String(at * 10)))
    expect(objects.map(({ sizeBytes }) => sizeBytes)).toEqual(Array.from({ length: 300 }, (_, at) => at * 10))
    await expectNamedSizes(objects)
  })

  it('a prefix ends at a slash: its siblings are not below it', async () => {
    const s3 = bed.client({ root: 's3://pond' })
    expect((await collect(s3.listRecursive('log'))).map(({ key }) => key)).toEqual(['log/a', 'log/b/c'])
    expect((await s3.getRecursive(['log_other', 'log'])).map(({ key }) => key)).toEqual(['log_other/a', 'log/a', 'log/b/c'])
    expect((await collect(s3.list('log'))).map(({ key }) => key)).toEqual(['log/a', 'log/b/'])
  })

  it("a bucket's root is listed as any prefix, by root and by URL", async () => {
    const keys = ['log', 'log.txt', 'log/', 'log_other/']
    expect((await collect(bed.client({ root: 's3://pond' }).list())).map(({ key }) => key)).toEqual(keys)
    expect((await collect(bed.client().list('s3://pond'))).map(({ url }) => url)).toEqual(keys.map((key) => `s3://pond/${key}`))
  })

  it('files of objects are there until the client is closed, and gone then', async () => {
    const s3 = bed.client({ root: 's3://lake/basic/prefix' })
    const paths = await Promise.all((await s3.getMany(['prefix', 'prefixprefix'], { memoryBytes: 0 })).map((object) => object.file()))
    expect(paths.map((path) => readFileSync(path).length)).toEqual([32, 33])
    await s3.close()
    expect(paths.filter((path) => existsSync(path))).toEqual([])
    expect(bed.temporaryNames()).toEqual([])
  })
})

async function expectNamedSizes(objects: readonly S3Object[]): Promise<void> {
  const wrong: string[] = []
  for (const object of objects)
    if (Buffer.compare(await object.bytes(), contentOf(object.key, Number(object.key))) !== 0) wrong.push(object.url)
  expect(wrong).toEqual([])
}
