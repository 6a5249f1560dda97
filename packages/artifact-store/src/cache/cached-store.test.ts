import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ArtifactRef } from '@millrace/core-graph'
import { countRequests, objectStoreCases } from '@millrace/core-graph/testing'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { loadArtifact } from '../artifacts/load-artifacts.ts'
import { saveArtifacts } from '../artifacts/save-artifacts.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { BlobCache } from './blob-cache.ts'
import { createCachedStore } from './cached-store.ts'

const megabyte = 2 ** 20

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cache-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'blobs')
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

/** A store whose requests are counted, behind a cache in a folder. */
function setUp(folder: string, maxBytes = 100 * megabyte) {
  const source = createMemoryStore()
  const { store: counted, counts } = countRequests(source)
  const open = () => createCachedStore(counted, new BlobCache(folder, { maxBytes }))
  return { source, counts, open }
}

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

async function saveOne(store: ReturnType<typeof createMemoryStore>, value: unknown) {
  const { x } = await saveArtifacts(store, 'Flow', new Map([['x', value]]))
  if (!x) throw new Error('nothing was saved')
  return x
}

describe('a store behind a blob cache', () => {
  for (const { name, run } of objectStoreCases(async () => setUp(freshFolder()).open())) test(name, run)

  it('moves a blob once: what one process has read or written, the next reads without a request', async () => {
    const folder = freshFolder()
    const { counts, open } = setUp(folder)
    const value = random(50_000)
    const ref = await saveOne(open(), value)
    expect(counts).toMatchObject({ put: 1, get: 0 })
    for (let reader = 0; reader < 3; reader += 1) expect(await loadArtifact(open(), 'Flow', 'x', ref)).toEqual(value)
    expect(counts).toMatchObject({ put: 1, get: 0 })
    rmSync(folder, { recursive: true })
    for (let reader = 0; reader < 3; reader += 1) expect(await loadArtifact(open(), 'Flow', 'x', ref)).toEqual(value)
    expect(counts).toMatchObject({ put: 1, get: 1 })
  })

  it('keeps a large chunk that was read right into its place, and reads it from there', async () => {
    const folder = freshFolder()
    const { source, counts, open } = setUp(folder, 400 * megabyte)
    const value = new Float64Array(random(40 * megabyte).buffer)
    const ref = await saveOne(source, value)
    const load = async (): Promise<Buffer> => Buffer.from(((await loadArtifact(open(), 'Flow', 'x', ref)) as Float64Array).buffer)
    expect((await load()).equals(Buffer.from(value.buffer))).toBe(true)
    expect(counts.get).toBe(2)
    expect((await load()).equals(Buffer.from(value.buffer))).toBe(true)
    expect(counts.get).toBe(2)
    // Wrong bytes in the cache cost a look at the whole, and are mended.
    const [path = ''] = filesIn(folder)
    const bytes = readFileSync(path)
    bytes[1_000_000] = (bytes[1_000_000] ?? 0) ^ 1
    writeFileSync(path, bytes)
    expect((await load()).equals(Buffer.from(value.buffer))).toBe(true)
    expect(counts.get).toBe(3)
  })

  it('asks the store again where the cached bytes were cut off or altered, and mends the cache', async () => {
    const folder = freshFolder()
    const { counts, open } = setUp(folder)
    const value = random(50_000)
    const ref = await saveOne(open(), value)
    const [path = ''] = filesIn(folder)
    const good = readFileSync(path)
    for (const bad of [
      good.subarray(0, 30_000),
      Buffer.concat([good.subarray(0, -1), Buffer.from([good.at(-1) ? 0 : 1])]),
      Buffer.alloc(0),
    ]) {
      counts.get = 0
      writeFileSync(path, bad)
      expect(await loadArtifact(open(), 'Flow', 'x', ref)).toEqual(value)
      expect(counts.get).toBe(1)
      expect(readFileSync(path)).toEqual(good)
    }
  })

  it('never takes wrong bytes from the store either', async () => {
    const { source, open } = setUp(freshFolder())
    const ref = await saveOne(source, random(50_000))
    const key = `Flow/blobs/${ref.sha256.slice(0, 2)}/${ref.sha256}`
    const blob = (await source.get(key)) as Uint8Array
    await source.put(key, blob.with(40_000, (blob[40_000] as number) ^ 1))
    const store = open()
    for (let time = 0; time < 2; time += 1)
      await expect(loadArtifact(store, 'Flow', 'x', ref)).rejects.toMatchObject({
        code: 'corrupt-artifact',
        message: expect.stringContaining(key),
      })
    await source.put(key, blob)
    expect(await loadArtifact(store, 'Flow', 'x', ref)).toBeInstanceOf(Uint8Array)
  })

  it('keeps within its bytes and drops what was not read for the longest time', async () => {
    const folder = freshFolder()
    const { open } = setUp(folder, megabyte)
    const store = open()
    const refs: ArtifactRef[] = []
    for (let index = 0; index < 40; index += 1) {
      refs.push(await saveOne(store, random(50_000)))
      // The first one stays in use.
      const hot = refs[0]
      if (!hot) continue
      for (const path of filesIn(folder)) {
        const age = path.endsWith(hot.sha256) ? 0 : 1_000 + (40 - index)
        if (Date.now() - statSync(path).mtimeMs < 500_000) utimesSync(path, Date.now() / 1_000 - age, Date.now() / 1_000 - age)
      }
      await loadArtifact(open(), 'Flow', 'x', hot)
    }
    const names = filesIn(folder).map((path) => path.slice(-64))
    expect(names).toContain(refs[0]?.sha256)
    expect(filesIn(folder).reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(1.15 * megabyte)
    expect(names.length).toBeGreaterThan(10)
  })

  it('does not keep what would drive out everything else', async () => {
    const folder = freshFolder()
    const { open, counts } = setUp(folder, megabyte)
    const ref = await saveOne(open(), random(400_000))
    await loadArtifact(open(), 'Flow', 'x', ref)
    expect(counts.get).toBe(1)
  })

  it.skipIf(process.getuid?.() === 0)('does without a folder that cannot be written to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-cache-'))
    chmodSync(folder, 0o500)
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const { open } = setUp(join(folder, 'blobs'))
    const ref = await saveOne(open(), random(50_000))
    expect(await loadArtifact(open(), 'Flow', 'x', ref)).toBeInstanceOf(Uint8Array)
  })

  it('does without a folder that is a file', async () => {
    const folder = freshFolder()
    const { open } = setUp(folder)
    writeFileSync(folder, '')
    const ref = await saveOne(open(), random(50_000))
    expect(await loadArtifact(open(), 'Flow', 'x', ref)).toBeInstanceOf(Uint8Array)
  })
})
