import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { collect, failureOf, sharedStack, someBytes } from './stack.fixture.ts'

const shared = sharedStack()

describe('listing', () => {
  test('gives one level, or every object, below a prefix that ends at a slash', async () => {
    const s3 = shared.client()
    for (const key of ['log/a', 'log/b/c', 'log/b/d', 'log_other/x', 'log', 'z']) await s3.put(key, key)
    const level = async (prefix?: string) => (await collect(s3.list(prefix))).map(({ kind, key }) => `${kind} ${key}`)
    expect(await level('log')).toEqual(['object log/a', 'prefix log/b/'])
    expect(await level('log/')).toEqual(await level('log'))
    expect(await level()).toEqual(['object log', 'prefix log/', 'prefix log_other/', 'object z'])
    expect(await level('nothing')).toEqual([])
    const tree = await collect(s3.listRecursive('log'))
    expect(tree.map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual([['log/a', 5], ['log/b/c', 7], ['log/b/d', 7]]) // biome-ignore format: pairs
    expect(tree[0]).toMatchObject({
      kind: 'object',
      url: expect.stringMatching(/\/log\/a$/),
      etag: expect.stringMatching(/^"/),
      lastModified: expect.any(Date),
    })
    expect((await collect(s3.listRecursive('log', { startAfter: 'log/b/c' }))).map(({ key }) => key)).toEqual(['log/b/d'])
    const found = await s3.getRecursive(['log_other', 'log'])
    expect(found.map(({ key }) => key)).toEqual(['log_other/x', 'log/a', 'log/b/c', 'log/b/d'])
    expect(await found[0]?.text()).toBe('log_other/x')
    expect((await s3.getAll()).map(({ key }) => key)).toEqual(['log', 'log/a', 'log/b/c', 'log/b/d', 'log_other/x', 'z'])
  })

  test('goes on page after page, one request for each 1,000, and stops when nobody asks', async () => {
    const s3 = shared.client()
    const keys = Array.from({ length: 2_500 }, (_, index) => `n/${String(index).padStart(5, '0')}`)
    await s3.putMany(keys.map((key) => [key, '']))
    shared.stack.s3.requests.reset()
    expect((await collect(s3.listRecursive('n'))).map(({ key }) => key)).toEqual(keys)
    expect(shared.stack.s3.requests.counts).toEqual({ ListObjectsV2: 3 })
    for await (const { key } of s3.list('n')) {
      expect(key).toBe(keys[0])
      break
    }
    expect(shared.stack.s3.requests.total).toBeLessThanOrEqual(5)
    await s3.delete(keys)
    expect(shared.stack.s3.requests.counts).toMatchObject({ DeleteObjects: 3 })
    expect(await collect(s3.list('n'))).toEqual([])
  })
})

describe('many objects', () => {
  test('are read in the order of the requests, and streamed in any', async () => {
    const s3 = shared.client()
    const keys = Array.from({ length: 300 }, (_, index) => `key-${index}`)
    await s3.putMany(keys.map((key) => [key, key.repeat(3)]))
    const order = keys.toReversed()
    const objects = await s3.getMany(order)
    expect(objects.map(({ key }) => key)).toEqual(order)
    expect(await objects[7]?.text()).toBe('key-292key-292key-292')
    const streamed = new Set<string>()
    for await (const object of s3.getStream(keys)) {
      expect(await object.text()).toBe(object.key.repeat(3))
      streamed.add(object.key)
    }
    expect(streamed).toEqual(new Set(keys))
    const present = await collect(s3.getStream(['key-1', 'no-key'], { missing: 'return' }))
    expect(present.map(({ exists }) => exists).toSorted()).toEqual([false, true])
    expect((await failureOf(collect(s3.getStream(['key-1', 'no-key'])))).code).toBe('not-found')
  })

  test('take no more memory than they may: the rest is in files', async () => {
    const s3 = shared.client({ memoryBytes: 10_000 })
    const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`)
    await s3.putMany(keys.map((key, index) => [key, someBytes(1_000, index)]))
    const objects = await s3.getMany(keys)
    expect(objects.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)).toBe(10_000)
    for (const [index, object] of objects.entries()) expect(Buffer.from(await object.bytes()).equals(someBytes(1_000, index))).toBe(true)
    let streamed = 0
    for await (const object of s3.getStream(keys)) streamed += (await object.bytes()).byteLength
    expect(streamed).toBe(30_000)
  })

  test('take no memory that is no number', async () => {
    const s3 = shared.client()
    for (const memoryBytes of [-1, 0.5, Number.NaN]) {
      await expect(s3.getMany(['a'], { memoryBytes })).rejects.toThrow(RangeError)
      await expect(s3.getStream(['a'], { memoryBytes }).next()).rejects.toThrow(/memoryBytes is a whole number of bytes from 0/)
    }
    expect(shared.stack.s3.requests.counts).toEqual({})
  })

  test('come from files and go to files', async () => {
    const s3 = shared.client()
    const entries = Array.from({ length: 20 }, (_, index): [string, string] => [`f-${index}`, join(shared.folder, `f-${index}`)])
    for (const [index, [, path]] of entries.entries()) writeFileSync(path, someBytes(index * 100, index))
    const written = await s3.putFiles(entries)
    expect(written.map(({ key, written: isNew }) => [key, isNew])).toEqual(entries.map(([key]) => [key, true]))
    const again = await s3.putFiles(entries.toReversed(), { overwrite: false })
    expect(again.every((result) => !result.written)).toBe(true)
    const copies = entries.map(([key, path]): [string, string] => [key, `${path}.copy`])
    const objects = await s3.getFiles(copies)
    for (const [index, [, path]] of copies.entries()) {
      expect(readFileSync(path).equals(someBytes(index * 100, index))).toBe(true)
      expect(await objects[index]?.file()).toBe(path)
    }
    await s3.getFile('f-3', copies[5]?.[1] ?? '')
    expect(readFileSync(copies[5]?.[1] ?? '').equals(someBytes(300, 3))).toBe(true)
    expect(readdirSync(shared.folder).filter((name) => name.endsWith('.part'))).toEqual([])
    await expect(s3.putFiles([['x', shared.folder]])).rejects.toThrow(TypeError)
    await expect(s3.putFiles([['x', join(shared.folder, 'absent')]])).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('are deleted, also where some are not there; a list of none is no request', async () => {
    const s3 = shared.client()
    await s3.putMany([['a', ''], ['b', '']]) // biome-ignore format: pairs
    shared.stack.s3.requests.reset()
    await s3.delete([])
    expect(shared.stack.s3.requests.total).toBe(0)
    await s3.delete('a')
    await s3.delete(['a', 'b', 'absent'])
    expect(await collect(s3.list())).toEqual([])
  })
})
