import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { contentOf, dataSets, presentIn } from './data-sets.ts'
import { collect, everyKind, failureOf, faultRates, testBed } from './test-bed.ts'

const bed = testBed()
/** What can be put: text, bytes, bytes in pieces, and nothing at all. */
const values = {
  unicode: '刺身 🐟',
  bytes: Buffer.from([0, 1, 255, 254, 13, 10]),
  plain: 'plain text',
  pieces: [Buffer.from('one '), Buffer.from(''), Buffer.from('two')],
  empty: '',
} as const
const bytesOf = (value: string | Buffer | readonly Buffer[]): Buffer =>
  typeof value === 'string' ? Buffer.from(value) : Buffer.isBuffer(value) ? value : Buffer.concat(value)

describe.each(faultRates)('with %d of all requests failing', (rate) => {
  const root = `s3://lake/${rate}`

  beforeEach(async () => {
    if (rate > 0) await bed.stack.faults.s3({ rate, kinds: everyKind, delayMs: 20, seed: 11 })
  })

  it.each([undefined, 'AES256'] as const)(
    'values are stored as they are, and with overwrite: false none is replaced (encryption %s)',
    async (encryption) => {
      const s3 = bed.client({ root: `${root}/${encryption}` })
      const entries = Object.entries(values)
      const written = await s3.putMany(entries, encryption && { encryption })
      expect(written.map(({ key, url, written }) => ({ key, url, written }))).toEqual(
        entries.map(([key]) => ({ key, url: `${root}/${encryption}/${key}`, written: true })),
      )
      const shuffled = entries.map(([key], at) => [key, entries[(at + 1) % entries.length]?.[1] ?? ''] as const)
      expect((await s3.putMany(shuffled, { overwrite: false })).map((result) => result.written)).toEqual(entries.map(() => false))
      for (const object of await s3.getMany(Object.keys(values))) {
        expect(Buffer.compare(await object.bytes(), bytesOf(values[object.key as keyof typeof values]))).toBe(0)
        if (encryption) expect(object.encryption).toBe(encryption)
      }
      expect((await s3.putMany(shuffled)).every((result) => result.written)).toBe(true)
      expect(await (await s3.get('plain')).text()).toBe('one two')
    },
  )

  it('files are stored under every kind of key, and found under it', async () => {
    const s3 = bed.client({ root: `${root}/files` })
    const entries = Object.entries(dataSets).flatMap(([name, set]) =>
      presentIn(set).map(([key, size]) => [`${name}/${key}`, size] as const),
    )
    const files = entries.map(([key, size], at) => {
      const path = join(bed.folder, `${rate}-${at}`)
      writeFileSync(path, contentOf(key, size))
      return [key, path] as const
    })
    await s3.putFiles(files)
    expect((await s3.putFiles(files, { overwrite: false })).filter((result) => result.written)).toEqual([])
    expect(new Set((await collect(s3.listRecursive())).map(({ key }) => key))).toEqual(new Set(entries.map(([key]) => key)))
    for (const object of await s3.getMany(entries.map(([key]) => key)))
      expect(Buffer.compare(await object.bytes(), contentOf(object.key, object.sizeBytes))).toBe(0)
  })

  it('of many who create the same object with the same bytes exactly one did it, lost answers or not', async () => {
    const s3 = bed.client({ root: `${root}/race` })
    for (let round = 0; round < 5; round += 1) {
      const results = await Promise.all(Array.from({ length: 12 }, () => s3.put(`created-${round}`, 'the same', { overwrite: false })))
      expect(results.filter(({ written }) => written)).toHaveLength(1)
    }
    expect((await s3.get('created-0')).metadata).toEqual({})
  })

  it('copies and deletions are done, whatever the keys', async () => {
    const s3 = bed.client({ root: `${root}/copies` })
    const keys = Object.values(dataSets).flatMap((set) => presentIn(set).map(([key]) => key))
    const own = [...new Set(keys)]
    await s3.putMany(own.map((key) => [key, `content of ${key}`, { metadata: { name: 'x' } }]))
    for (const key of own.slice(0, 12)) await s3.copy(key, `copy/${key}`)
    for (const key of own.slice(0, 12)) expect(await (await s3.get(`copy/${key}`)).text()).toBe(`content of ${key}`)
    await s3.delete([...own, 'never/there'])
    expect((await collect(s3.listRecursive())).length).toBe(Math.min(12, own.length))
    await s3.delete(own.slice(0, 12).map((key) => `copy/${key}`))
    expect(await collect(s3.listRecursive())).toEqual([])
  })

  it('a large object goes up in parts and comes down in ranges, byte for byte, and nothing is left of the way', async () => {
    const s3 = bed.client({ root: `${root}/large` })
    const content = contentOf('large', 36 * 1_048_576 + 17)
    await s3.put('large', content)
    const path = join(bed.folder, `large-${rate}`)
    const object = await s3.getFile('large', path)
    expect(object.sizeBytes).toBe(content.length)
    expect(Buffer.compare(await object.bytes(), content)).toBe(0)
    expect((await s3.put('large', content, { overwrite: false })).written).toBe(false)
    await bed.stack.faults.clear()
    // A lost answer to the beginning of an upload leaves an empty one: that is what the sweep is for.
    await s3.abortUploads('', { olderThan: new Date(Date.now() + 60_000) })
    expect(await s3.abortUploads('', { olderThan: new Date(Date.now() + 60_000) })).toBe(0)
  })
})

it('a key that cannot be is refused before any request', async () => {
  const s3 = bed.client({ root: 's3://lake/x' })
  bed.stack.s3.requests.reset()
  for (const key of ['a\ud800', 'x'.repeat(1_025), 5 as unknown as string, null as unknown as string]) {
    expect(await failureOf((async () => await s3.get(key))())).toBeInstanceOf(key === 'x'.repeat(1_025) ? RangeError : TypeError)
    expect(await failureOf((async () => await s3.put(key, 'x'))())).toBeInstanceOf(key === 'x'.repeat(1_025) ? RangeError : TypeError)
  }
  expect(await failureOf((async () => await s3.put('a', 5 as unknown as string))())).toBeInstanceOf(TypeError)
  expect(bed.stack.s3.requests.total).toBe(0)
})
