import assert from 'node:assert/strict'
import type { ObjectEntry, ObjectStore } from '../seams/object-store.ts'

/** One promise of {@link ObjectStore}, as a check that any test runner can register. */
export interface ObjectStoreCase {
  /** A sentence about the store. */
  readonly name: string
  /** Rejects if the promise is broken. */
  readonly run: () => Promise<void>
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (body: Uint8Array | undefined): string | undefined => body && new TextDecoder().decode(body)

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

async function keysOf(entries: AsyncIterable<ObjectEntry>): Promise<string[]> {
  return (await collect(entries)).map((entry) => entry.key)
}

async function* pieces(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield bytes(part)
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield bytes('half')
  throw new Error('the source broke')
}

type Check = (store: ObjectStore) => Promise<void>

const putAndGet: Record<string, Check> = {
  'a get gives the bytes of the last put': async (store) => {
    assert.equal(await store.put('a/b', bytes('one')), true)
    assert.equal(await store.put('a/b', bytes('two')), true)
    assert.equal(text(await store.get('a/b')), 'two')
  },
  'a missing object reads as undefined': async (store) => {
    await store.put('a/b', bytes('x'))
    assert.equal(await store.get('a/c'), undefined)
    assert.equal(await store.get('a'), undefined)
    assert.equal(await store.get('a/b/c'), undefined)
  },
  'an empty object exists': async (store) => {
    await store.put('empty', new Uint8Array(0))
    assert.equal((await store.get('empty'))?.length, 0)
  },
  'a body may come in pieces': async (store) => {
    assert.equal(await store.put('a', pieces('on', '', 'e t', 'wo')), true)
    assert.equal(text(await store.get('a')), 'one two')
    assert.equal(await store.put('b', ['on', '', 'e t', 'wo'].map(bytes)), true)
    assert.equal(text(await store.get('b')), 'one two')
    assert.equal(await store.put('c', []), true)
    assert.equal((await store.get('c'))?.length, 0)
    const large = [bytes('x'.repeat(700_000)), bytes('y'.repeat(700_000))]
    assert.equal(await store.put('d', large, { mode: 'create' }), true)
    assert.ok(Buffer.from((await store.get('d')) ?? []).equals(Buffer.concat(large)))
  },
  'a body of a few megabytes comes back unchanged': async (store) => {
    const body = new Uint8Array(3_000_001).map((_, index) => (index * 7919) >> 5)
    await store.put('large', body)
    assert.ok(Buffer.from((await store.get('large')) ?? []).equals(body))
  },
  'what a get returned belongs to the caller': async (store) => {
    const body = bytes('one')
    await store.put('a', body)
    body.fill(0)
    const first = await store.get('a')
    assert.equal(text(first), 'one')
    first?.fill(0)
    assert.equal(text(await store.get('a')), 'one')
  },
  'a range is half-open and cut to the object': async (store) => {
    await store.put('a', bytes('0123456789'))
    assert.equal(text(await store.get('a', { range: [2, 5] })), '234')
    assert.equal(text(await store.get('a', { range: [8, 100] })), '89')
    assert.equal(text(await store.get('a', { range: [0, 1] })), '0')
    assert.equal(await store.get('missing', { range: [0, 1] }), undefined)
  },
  'a get may be told where the bytes can go, and gives the same bytes': async (store) => {
    await store.put('a', bytes('0123456789'))
    const into = new Uint8Array(12)
    assert.equal(text(await store.get('a', { into })), '0123456789')
    assert.equal(text(await store.get('a', { into, range: [4, 6] })), '45')
    assert.equal(text(await store.get('a', { into: new Uint8Array(3) })), '0123456789')
    assert.equal(await store.get('b', { into }), undefined)
  },
  'a key may hold spaces, unicode and any sign but the refused ones': async (store) => {
    for (const key of ['with space/ü', '日本/語', '%2F/..a', 'a:b?c*"<>|', '😀/~', '.hidden/x', '-', 'a.b..c']) {
      await store.put(key, bytes(key))
      assert.equal(text(await store.get(key)), key)
      assert.deepEqual((await keysOf(store.list(''))).includes(key), true)
    }
  },
}

const creating: Record<string, Check> = {
  'create writes only where nothing is': async (store) => {
    assert.equal(await store.put('a/b', bytes('one'), { mode: 'create' }), true)
    assert.equal(await store.put('a/b', bytes('two'), { mode: 'create' }), false)
    assert.equal(await store.put('a/b', pieces('thr', 'ee'), { mode: 'create' }), false)
    assert.equal(text(await store.get('a/b')), 'one')
  },
  'of many creators at one key exactly one wins, and its bytes stay': async (store) => {
    for (let round = 0; round < 10; round += 1) {
      const key = `race/${round}`
      const bodies = Array.from({ length: 8 }, (_, index) => `body ${index}`)
      const won = await Promise.all(bodies.map((body, index) => store.put(key, index % 2 ? pieces(body) : bytes(body), { mode: 'create' })))
      assert.equal(won.filter(Boolean).length, 1)
      assert.equal(text(await store.get(key)), bodies[won.indexOf(true)])
    }
  },
  'a reader beside a writer sees one whole body or the other': async (store) => {
    const bodies = ['a', 'b'].map((letter) => bytes(letter.repeat(200_000)))
    await store.put('k', bodies[0] as Uint8Array)
    const writing = (async () => {
      for (let round = 0; round < 20; round += 1) await store.put('k', bodies[round % 2] as Uint8Array)
    })()
    for (let round = 0; round < 20; round += 1) {
      const seen = await store.get('k')
      assert.equal(seen?.length, 200_000)
      assert.equal(new Set(seen).size, 1)
    }
    await writing
  },
  'a put whose source breaks rejects with that error and leaves what was there': async (store) => {
    await assert.rejects(store.put('new/key', failing()), /the source broke/)
    assert.equal(await store.get('new/key'), undefined)
    await store.put('old', bytes('before'))
    await assert.rejects(store.put('old', failing()), /the source broke/)
    assert.equal(text(await store.get('old')), 'before')
    assert.deepEqual(await keysOf(store.list('')), ['old'])
  },
  'an aborted signal stops a put and a get': async (store) => {
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(store.put('a', bytes('x'), { signal }), /enough/)
    await assert.rejects(store.get('a', { signal }), /enough/)
    assert.equal(await store.get('a'), undefined)
  },
}

const many: Record<string, Check> = {
  'getMany gives every key once, and undefined for a missing one': async (store) => {
    const keys = Array.from({ length: 100 }, (_, index) => `n/${index}`)
    await store.putMany(keys.filter((_, index) => index % 3).map((key) => [key, bytes(key)] as const))
    const found = new Map(await collect(store.getMany(keys)))
    assert.deepEqual([...found.keys()].sort(), [...keys].sort())
    for (const [index, key] of keys.entries()) assert.equal(text(found.get(key)), index % 3 ? key : undefined)
  },
  'getMany asked for a key twice gives it once': async (store) => {
    await store.put('a', bytes('x'))
    assert.equal((await collect(store.getMany(['a', 'a', 'b']))).length, 2)
  },
  'putMany rejects if one fails, after all others are stored': async (store) => {
    await store.put('file', bytes('x'))
    await assert.rejects(
      store.putMany([
        ['a', bytes('a')],
        ['../escape', bytes('b')],
        ['c', bytes('c')],
      ]),
    )
  },
  'delete removes what exists and is silent about what does not': async (store) => {
    await store.putMany([
      ['a/b', bytes('1')],
      ['a/c', bytes('2')],
    ])
    await store.delete(['a/b', 'a/missing', 'nowhere/at/all'])
    assert.deepEqual(await keysOf(store.list('')), ['a/c'])
    await store.put('a/b', bytes('again'))
    assert.equal(text(await store.get('a/b')), 'again')
  },
}

const listing: Record<string, Check> = {
  'list goes by segment: a/b lists a/b/x, not a/bc and not a/b itself': async (store) => {
    await store.putMany(['a/b/x', 'a/b/y/z', 'a/bc', 'a/b.txt', 'b'].map((key) => [key, bytes(key)] as const))
    assert.deepEqual(await keysOf(store.list('a/b')), ['a/b/x', 'a/b/y/z'])
    assert.deepEqual(await keysOf(store.list('a/bc')), [])
    assert.deepEqual(await keysOf(store.list('nowhere')), [])
  },
  'list is in the order of the UTF-8 bytes of whole keys': async (store) => {
    const keys = ['a', 'a!b', 'a.json/x', 'a0', 'a-/q', 'b/c', 'b.c', 'B', '10', '9', 'é', '\u{FFFD}x', '😀', 'c/😀/1', 'c/\u{FF5E}/1']
    await store.putMany(keys.map((key) => [key, bytes('x')] as const))
    const expected = [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    assert.deepEqual(await keysOf(store.list('')), expected)
    for (const startAfter of [...keys, 'a.json', 'a.json/', 'c/', 'zzz', ''])
      assert.deepEqual(
        await keysOf(store.list('', { startAfter })),
        expected.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(startAfter)) > 0),
        `after ${JSON.stringify(startAfter)}`,
      )
  },
  'with a delimiter only the next level is listed, and a prefix once': async (store) => {
    await store.putMany(['r/1/x', 'r/1/y', 'r/10/x', 'r/2/deep/er', 'r/1.json', 'r/z'].map((key) => [key, bytes(key)] as const))
    const entries = await collect(store.list('r', { delimiter: '/' }))
    assert.deepEqual(
      entries.map((entry) => [entry.key, entry.kind]),
      [
        ['r/1.json', 'object'],
        ['r/1/', 'prefix'],
        ['r/10/', 'prefix'],
        ['r/2/', 'prefix'],
        ['r/z', 'object'],
      ],
    )
    assert.deepEqual(await keysOf(store.list('r', { delimiter: '/', startAfter: 'r/1/' })), ['r/10/', 'r/2/', 'r/z'])
    assert.deepEqual(await keysOf(store.list('', { delimiter: '/' })), ['r/'])
  },
  'list tells the size and time of an object, and neither of a prefix': async (store) => {
    await store.put('a/b', bytes('12345'))
    const [entry] = await collect(store.list('a'))
    assert.equal(entry?.sizeBytes, 5)
    assert.ok(entry?.modifiedAt instanceof Date && Math.abs(entry.modifiedAt.getTime() - Date.now()) < 600_000)
    const [prefix] = await collect(store.list('', { delimiter: '/' }))
    assert.equal(prefix?.sizeBytes, undefined)
  },
  'sweep takes no object, and no put that goes on': async (store) => {
    await store.put('a/b', bytes('x'))
    let go: () => void = () => {}
    const waiting = new Promise<void>((resolve) => {
      go = resolve
    })
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes('on')
      await waiting
      yield bytes('e')
    }
    const putting = store.put('a/slow', slow())
    assert.equal(await store.sweep('a', { before: new Date(Date.now() - 3_600_000) }), 0)
    assert.equal(await store.sweep('', { before: new Date(Date.now() - 3_600_000) }), 0)
    go()
    assert.equal(await putting, true)
    assert.equal(text(await store.get('a/slow')), 'one')
    assert.equal(text(await store.get('a/b')), 'x')
  },
  'a prefix is gone with its last object': async (store) => {
    await store.put('a/b/c', bytes('x'))
    await store.delete(['a/b/c'])
    assert.deepEqual(await keysOf(store.list('', { delimiter: '/' })), [])
  },
}

const refusing: Record<string, Check> = {
  'a key that could leave the store is refused with a TypeError': async (store) => {
    for (const key of ['', '/', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a/./b', 'a\\b', 'a\0b', 'a\nb', 'a\u007Fb', 'a\uD800b']) {
      await assert.rejects(async () => store.put(key, bytes('x')), TypeError, `put ${JSON.stringify(key)}`)
      await assert.rejects(async () => store.get(key), TypeError, `get ${JSON.stringify(key)}`)
      await assert.rejects(async () => store.delete([key]), TypeError, `delete ${JSON.stringify(key)}`)
      await assert.rejects(async () => collect(store.getMany([key])), TypeError, `getMany ${JSON.stringify(key)}`)
      if (key) await assert.rejects(async () => collect(store.list(key)), TypeError, `list ${JSON.stringify(key)}`)
    }
  },
  'a segment of 255 bytes is stored and one of 256 is refused with a TypeError': async (store) => {
    await store.put(`a/${'x'.repeat(255)}`, bytes('x'))
    assert.equal(text(await store.get(`a/${'x'.repeat(255)}`)), 'x')
    await assert.rejects(async () => store.put('x'.repeat(256), bytes('x')), TypeError)
    await assert.rejects(async () => store.put('ü'.repeat(128), bytes('x')), TypeError)
  },
}

/**
 * The promises of {@link ObjectStore}, races included, one case for each: register them with any runner.
 *
 * `open` gives an empty store, once for each case, and may do its own cleaning up.
 *
 * @example for (const { name, run } of objectStoreCases(open)) test(name, run)
 */
export function objectStoreCases(open: () => Promise<ObjectStore>): readonly ObjectStoreCase[] {
  return Object.entries({ ...putAndGet, ...creating, ...many, ...listing, ...refusing }).map(([name, check]) => ({
    name,
    run: async () => check(await open()),
  }))
}
