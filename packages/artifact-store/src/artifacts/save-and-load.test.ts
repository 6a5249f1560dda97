import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type ArtifactRef, MillraceError, type ObjectStore } from '@millrace/core-graph'
import { countRequests } from '@millrace/core-graph/testing'
import { describe, expect, test } from 'vitest'
import { decodeInline } from '../codec/decode.ts'
import { encodeArtifact, encodeInline } from '../codec/encode.ts'
import { blobKey } from '../layout.ts'
import { commitTask } from '../records/task-records.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { loadArtifact, loadArtifacts } from './load-artifacts.ts'
import { saveArtifacts } from './save-artifacts.ts'

const save = async (store: ObjectStore, values: Record<string, unknown>): Promise<Record<string, ArtifactRef>> =>
  saveArtifacts(store, 'Flow', new Map(Object.entries(values)))

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = []
  for await (const entry of store.list('')) keys.push(entry.key)
  return keys
}

describe('what artifacts cost', () => {
  test('a trivial task commits with one put and nothing else', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const artifacts = await save(store, { square: 49, name: 'seven', rows: [{ a: 1 }, { a: 2 }] })
    const times = { startedAt: '2026-11-23T02:43:39.689Z', finishedAt: '2026-11-23T02:43:39.690Z' }
    await commitTask(store, {
      version: 1,
      flow: 'Flow',
      run: '1',
      step: 'compute',
      task: '7',
      attempt: 0,
      status: 'succeeded',
      ...times,
      artifacts,
      parents: [],
      frames: [],
    })
    expect(counts).toEqual({ put: 1, get: 0, list: 0, delete: 0 })
  })

  test('1,000 small values load without a request, and 1,000 larger ones with one each', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const small = await save(store, Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`a${index}`, index])))
    await loadArtifacts(store, 'Flow', small)
    expect(counts).toEqual({ put: 0, get: 0, list: 0, delete: 0 })
    const large = await save(
      store,
      Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`a${index}`, `${index} ${'x'.repeat(2000)}`])),
    )
    expect(counts.put).toBe(1000)
    await loadArtifacts(store, 'Flow', large)
    expect(counts.get).toBe(1000)
  })

  test('what this process has stored or loaded before is not written again', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const value = { weights: Float64Array.from({ length: 50_000 }, Math.random) }
    const first = await save(store, { value })
    expect(counts.put).toBe(1)
    expect(await save(store, { again: value })).toEqual({ again: first.value })
    expect(counts.put).toBe(1)
  })

  test('encoded bytes of 1,024 are inline and those of 1,025 are a blob', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    // A byte for the form and three for the text's length.
    const { exact, more } = await save(store, { exact: 'x'.repeat(1020), more: 'x'.repeat(1021) })
    expect([exact?.sizeBytes, more?.sizeBytes, counts.put]).toEqual([1024, 1025, 1])
    expect([exact?.inline === undefined, more?.inline === undefined]).toEqual([false, true])
  })

  test('what compresses is stored compressed, and what does not is stored as it is', async () => {
    const store = createMemoryStore()
    const refs = await save(store, {
      zeros: new Float64Array(1_000_000),
      noise: randomBytes(200_000),
      rows: Array.from({ length: 9000 }, (_, id) => ({ id, kind: 'row' })),
    })
    const sizes = new Map<string, number>()
    for await (const entry of store.list('')) sizes.set(entry.key, entry.sizeBytes ?? 0)
    expect(Math.min(...sizes.values())).toBeLessThan(10_000)
    expect([...sizes.values()]).toContain(200_016)
    expect(sizes.get(blobKey('Flow', refs.rows?.sha256 ?? ''))).toBeLessThan((refs.rows?.sizeBytes ?? 0) / 2)
    const loaded = await loadArtifacts(store, 'Flow', refs)
    expect(loaded.get('zeros')).toEqual(new Float64Array(1_000_000))
  })
})

describe('saving and loading', () => {
  test('a buffer of several chunks comes back, into one allocation', async () => {
    const store = createMemoryStore()
    const original = new Uint32Array(40 * 1024 * 1024)
    // Noise, and chunks that differ.
    original.set(new Uint32Array(randomBytes(2 ** 22).buffer))
    for (let index = 0; index < original.length; index += 2 ** 24) original[index] = index + 1
    const refs = await save(store, { original })
    expect(refs.original).toMatchObject({ chunked: true })
    expect((await keysOf(store)).length).toBe(3)
    const copy = (await loadArtifacts(store, 'Flow', refs)).get('original') as Uint32Array
    assert.ok(Buffer.from(copy.buffer).equals(Buffer.from(original.buffer)))

    // As in another process, which has not stored it: what was read need not be stored again.
    const { store: other, counts } = countRequests(store)
    const loaded = (await loadArtifacts(other, 'Flow', refs)).get('original') as Uint32Array
    // Chunks above 32 MiB by two gets: of their header, and of what goes right to its place.
    expect(counts).toMatchObject({ put: 0, get: 2 + 2 + 1 })
    loaded[loaded.length - 1] = 7
    const changed = await save(other, { changed: loaded })
    expect(counts.put).toBe(1)
    expect(changed.changed?.sha256).not.toBe(refs.original?.sha256)
  })

  test('a long text is cut into chunks between characters', async () => {
    const store = createMemoryStore()
    const original = `x${'😀'.repeat(9 * 1024 * 1024)}`
    const refs = await save(store, { original })
    expect((await keysOf(store)).length).toBe(2)
    assert.ok((await loadArtifacts(store, 'Flow', refs)).get('original') === original)
  })

  test('each loaded value is its own, in the order of the refs', async () => {
    const store = createMemoryStore()
    const value = { list: [1], large: 'x'.repeat(5000) }
    const loaded = await loadArtifacts(store, 'Flow', await save(store, { b: value, a: value, c: 1 }))
    expect([...loaded.keys()]).toEqual(['b', 'a', 'c'])
    expect(loaded.get('a')).toEqual(value)
    expect(loaded.get('a')).not.toBe(loaded.get('b'))
  })

  test('any name will do, __proto__ too', async () => {
    const store = createMemoryStore()
    const refs = await saveArtifacts(
      store,
      'Flow',
      new Map([
        ['__proto__', 1],
        ['foreach item 3', 2],
      ]),
    )
    expect([...(await loadArtifacts(store, 'Flow', refs))]).toEqual([
      ['__proto__', 1],
      ['foreach item 3', 2],
    ])
  })

  test('equal values have equal hashes, whoever made them', () => {
    expect(encodeInline('a', { x: [1, 'b'] })).toEqual(encodeInline('b', { x: [1, 'b'] }))
    expect(encodeInline('a', 0)?.sha256).not.toBe(encodeInline('a', -0)?.sha256)
    expect(decodeInline('a', encodeInline('a', 0n) as ArtifactRef)).toBe(0n)
  })

  test('every artifact that cannot be stored is named at once, and nothing is stored', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const failure = await save(store, { good: 'x'.repeat(5000), model: { predict() {} }, later: Promise.resolve(1) }).catch(
      (error: unknown) => error,
    )
    assert.ok(MillraceError.is(failure, 'unserializable-artifact'))
    expect(failure.message).toMatch(/model\.predict is a function.*\n.*later is a Promise/)
    expect(failure.subject).toBe('model, later')
    expect(counts.put).toBe(0)
  })

  test('decodeInline refuses a ref whose bytes are elsewhere', async () => {
    const { text = { sha256: '', sizeBytes: 0 } } = await save(createMemoryStore(), { text: 'x'.repeat(5000) })
    expect(() => decodeInline('text', text)).toThrow(TypeError)
  })

  test('a flow’s name from outside is checked before anything is stored', async () => {
    await expect(saveArtifacts(createMemoryStore(), '../x', new Map([['a', 1]]))).rejects.toMatchObject({ code: 'invalid-pathspec' })
  })
})

describe('stored bytes that are not what was stored', () => {
  test('each flipped byte of a blob is an error that names the artifact, but for a bit of a zstd header that means nothing', async () => {
    for (const value of ['x'.repeat(6_000), randomBytes(1_100).toString('base64')]) {
      const store = createMemoryStore()
      const { model } = await save(store, { model: value })
      const key = blobKey('Flow', model?.sha256 ?? '')
      const blob = (await store.get(key)) ?? new Uint8Array(0)
      let unnoticed = 0
      for (let index = 0; index < blob.length; index += 1) {
        const altered = blob.slice()
        altered[index] = (altered[index] ?? 0) ^ (1 << (index % 8))
        await store.put(key, altered)
        const outcome = await loadArtifact(store, 'Flow', 'model', model as ArtifactRef).catch((error: unknown) => error)
        if (outcome === value) {
          unnoticed += 1
          continue
        }
        assert.ok(MillraceError.is(outcome, 'corrupt-artifact'), `byte ${index}`)
        expect(outcome.message).toContain(`Could not load the artifact model: the blob ${key} in memory:`)
      }
      expect(unnoticed).toBeLessThanOrEqual(1)
    }
  })

  test('a blob cut anywhere is an error', async () => {
    const store = createMemoryStore()
    const { model } = await save(store, { model: 'x'.repeat(6_000) })
    const key = blobKey('Flow', model?.sha256 ?? '')
    const blob = (await store.get(key)) ?? new Uint8Array(0)
    for (let length = 0; length < blob.length; length += 1) {
      await store.put(key, blob.slice(0, length))
      await expect(loadArtifact(store, 'Flow', 'model', model as ArtifactRef)).rejects.toMatchObject({
        code: 'corrupt-artifact',
        subject: 'model',
      })
    }
  })

  test('a missing blob says so, and a missing or altered chunk does too', async () => {
    const store = createMemoryStore()
    const { model, text } = await save(store, { model: new Float64Array(100_000).map(Math.random), text: 'x'.repeat(2000) })
    await store.delete([blobKey('Flow', text?.sha256 ?? '')])
    await expect(loadArtifact(store, 'Flow', 'text', text as ArtifactRef)).rejects.toThrow(/artifact text: the blob .* is missing\. Resume/)
    const [chunk = ''] = await keysOf(store)
    await store.put(
      chunk,
      ((await store.get(chunk)) ?? new Uint8Array(0)).map((byte, index) => (index === 90_000 ? byte ^ 1 : byte)),
    )
    await expect(loadArtifact(store, 'Flow', 'model', model as ArtifactRef)).rejects.toThrow(/artifact model: the blob .* was altered/)
    await store.delete([chunk])
    await expect(loadArtifact(store, 'Flow', 'model', model as ArtifactRef)).rejects.toThrow(/artifact model: the blob .* is missing/)
  })

  test('an altered inline value is an error', () => {
    const ref = encodeInline('n', 12345) as ArtifactRef
    const inline = Buffer.from(ref.inline ?? '', 'base64')
    inline[1] = (inline[1] ?? 0) ^ 1
    expect(() => decodeInline('n', { ...ref, inline: inline.toString('base64') })).toThrow(/the record that holds it was altered/)
  })

  test('saving again heals a torn blob, also where this process knew it', async () => {
    const store = createMemoryStore()
    const value = 'x'.repeat(6_000)
    const { model } = await save(store, { model: value })
    await store.put(blobKey('Flow', model?.sha256 ?? ''), new Uint8Array(0))
    await expect(loadArtifact(store, 'Flow', 'model', model as ArtifactRef)).rejects.toThrow(/is cut off/)
    await save(store, { model: value })
    expect(await loadArtifact(store, 'Flow', 'model', model as ArtifactRef)).toBe(value)
  })
})

describe('many values at once', () => {
  /** A store whose puts wait until they are let go. */
  function heldStore() {
    const store = createMemoryStore()
    const waiting: (() => void)[] = []
    const held: ObjectStore = {
      ...store,
      put: async (key, body, options) => {
        await new Promise<void>((go) => {
          waiting.push(go)
        })
        return await store.put(key, body, options)
      },
    }
    return { store: held, waiting }
  }
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }

  test('are on their way to the store together', async () => {
    const { store, waiting } = heldStore()
    const values = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`a${index}`, `${index} ${'x'.repeat(2_000)}`]))
    const saving = save(store, { ...values, views: Array.from({ length: 20 }, () => new Uint8Array(randomBytes(70_000))) })
    await turns()
    expect(waiting).toHaveLength(60)
    for (const go of waiting.splice(0)) go()
    await turns()
    // The value that names the chunks comes after them.
    expect(waiting).toHaveLength(1)
    for (const go of waiting) go()
    expect(Object.keys(await saving)).toHaveLength(41)
  })

  test('of which one cannot be stored fail with its error when all others have settled, and nothing is left unheard', async () => {
    const { store, waiting } = heldStore()
    const saving = save(
      { ...store, put: (key, body) => (key.endsWith(hash) ? Promise.reject(new Error('no')) : store.put(key, body)) },
      values(),
    )
    const settled = saving.then(
      () => 'stored',
      (error: Error) => error.message,
    )
    await turns()
    expect(waiting).toHaveLength(9)
    expect(await Promise.race([settled, turns()])).toBeUndefined()
    for (const go of waiting) go()
    expect(await settled).toBe('no')
  })

  const values = () => Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, `${index} ${'x'.repeat(2_000)}`]))
  const hash = encodeArtifact('a3', `3 ${'x'.repeat(2_000)}`).ref.sha256
})
