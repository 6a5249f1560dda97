import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { hardCharacters } from '@millrace/core-graph/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadArtifact } from '../artifacts/load-artifacts.ts'
import { saveArtifacts } from '../artifacts/save-artifacts.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { decodeRoot } from './decode.ts'
import { encodeArtifact } from './encode.ts'

function roundTrip(value: unknown): unknown {
  const { root, chunks } = encodeArtifact('x', value)
  const decoded = decodeRoot('x', root)
  const bytes = new Map(chunks.map((chunk) => [chunk.sha256, chunk.bytes]))
  for (const part of decoded.missing)
    for (const [index, sha256] of part.chunks.entries()) assert.ok(part.fill(index, bytes.get(sha256) ?? new Uint8Array(0)))
  return decoded.finish()
}

const views = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
] as const

const view = fc
  .record({ name: fc.constantFrom(...views), bytes: fc.uint8Array({ maxLength: 64 }), start: fc.nat(2), cut: fc.nat(3) })
  .map(({ name, bytes, start, cut }) => {
    const made = (
      globalThis as unknown as Record<
        string,
        (new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView) & { BYTES_PER_ELEMENT?: number }
      >
    )[name]
    if (!made) return bytes
    const size = made.BYTES_PER_ELEMENT ?? 1
    const buffer = bytes.slice().buffer
    const offset = Math.min(start * size, Math.floor(buffer.byteLength / size) * size)
    return new made(buffer, offset, Math.max(0, Math.floor((buffer.byteLength - offset) / size) - cut))
  })

const key = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', 'hasOwnProperty', 'then', 'length', '', '0', '17', 'a b', 'valueOf', 'prototype'),
)

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    false,
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** 53,
    -(2 ** 31),
    2 ** 32,
    5e-324,
  ),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.bigInt({ min: -(2n ** 2_000n), max: 2n ** 2_000n }),
  fc.string({ unit: fc.constantFrom(...hardCharacters), maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)

/** Node 22 takes two of them for different. */
const knowsInvalidDates = isDeepStrictEqual(new Date(Number.NaN), new Date(Number.NaN))

const leaf = fc.oneof(
  scalar,
  fc.date({ noInvalidDate: !knowsInvalidDates }),
  fc.constantFrom(new Date(8.64e15), new Date(-8.64e15), ...(knowsInvalidDates ? [new Date(Number.NaN)] : [])),
  fc
    .tuple(fc.constantFrom('', 'a+', '[\\s\\/]', '(?<n>ü)\\k<n>'), fc.constantFrom('', 'g', 'giy', 'u', 'v', 's', 'd'), fc.nat(5))
    .map(([source, flags, lastIndex]) => Object.assign(new RegExp(source, flags), { lastIndex })),
  view,
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.slice().buffer),
  fc.webUrl({ withFragments: true, withQueryParameters: true }).map((url) => new URL(url)),
)

const errorOf = (inner: fc.Arbitrary<unknown>): fc.Arbitrary<Error> =>
  fc
    .record({
      made: fc.constantFrom(Error, TypeError, RangeError, SyntaxError, EvalError, URIError, ReferenceError),
      message: fc.option(fc.string(), { nil: undefined }),
      cause: fc.option(inner, { nil: undefined }),
      errors: fc.option(fc.array(inner, { maxLength: 2 }), { nil: undefined }),
      fields: fc.dictionary(fc.constantFrom('code', 'errno', 'name', 'detail', 'status'), inner, { maxKeys: 2, noNullPrototype: true }),
    })
    .map(({ made, message, cause, errors, fields }) => {
      const options = cause === undefined ? undefined : { cause }
      const error = errors ? new AggregateError(errors, message, options) : new made(message, options)
      return Object.assign(error, fields)
    })

const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('any'), { maxLength: 6 }),
    fc.dictionary(key, tie('any'), { maxKeys: 6 }),
    fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie('any'), { maxLength: 4 }).map((items) => new Set(items)),
    errorOf(tie('any')),
  ),
})).any

/** Objects of a value, by a walk that knows nothing of the codec. */
function objectsOf(root: unknown, found = new Set<object>()): object[] {
  if (typeof root !== 'object' || root === null || found.has(root)) return [...found]
  found.add(root)
  if (ArrayBuffer.isView(root) || root instanceof ArrayBuffer) return [...found]
  const inner = root instanceof Map ? [...root].flat() : root instanceof Set ? [...root] : Object.values(root)
  for (const item of inner) objectsOf(item, found)
  return [...found]
}

describe('an artifact that is stored and loaded', () => {
  test('is an invalid date where it was one', () => {
    expect((roundTrip(new Date(Number.NaN)) as Date).getTime()).toBeNaN()
  })

  test('is equal, whatever it is made of', () => {
    fc.assert(
      fc.property(value, (original) => {
        assert.deepStrictEqual(roundTrip(original), original)
      }),
      { numRuns: 4_000 },
    )
  })

  test('is equal when parts of it occur again anywhere, cycles included', () => {
    fc.assert(
      fc.property(value, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 6 }), (inner, links) => {
        const original = { inner }
        const objects = objectsOf(original)
        for (const [from, to] of links) {
          const holder = objects[from % objects.length]
          const target = objects[to % objects.length]
          if (Array.isArray(holder)) holder.push(target)
          else if (holder instanceof Map) holder.set(holder.size, target)
          else if (holder && [Object.prototype, null].includes(Object.getPrototypeOf(holder)))
            Object.assign(holder, { [`link ${to}`]: target })
        }
        const copy = roundTrip(original)
        assert.deepStrictEqual(copy, original)
        const copies = objectsOf(copy)
        assert.equal(copies.length, objectsOf(original).length)
        assert.ok(copies.every((object) => !objectsOf(original).includes(object)))
      }),
      { numRuns: 1_000 },
    )
  })

  test('has the same bytes when it is made again from its own copy', () => {
    fc.assert(
      fc.property(value, (original) => {
        assert.equal(encodeArtifact('x', roundTrip(original)).ref.sha256, encodeArtifact('x', original).ref.sha256)
      }),
      { numRuns: 1_000 },
    )
  })
})

/** Two of the many NaN that a processor makes; V8 shows the difference only in bytes, and by chance. */
const [plainNaN, negativeNaN] = new Float64Array(new Uint32Array([0, 0x7ff80000, 0, 0xfff80000]).buffer)

test.each<[string, (value: number | undefined) => unknown]>([
  ['itself', (value) => value],
  ['in an array of numbers', (value) => [1.5, 2, value, 3]],
  ['in an object', (value) => ({ deep: { score: value } })],
  ['as a key of a Map', (value) => new Map([[value, [value]]])],
  ['in a Set', (value) => new Set([value, 1])],
  ['beside what needs the graph form', (value) => [value, -0, new Date(Number(value)), { date: new Date(Number(value)) }]],
  ['in an error', (value) => Object.assign(new RangeError('x'), { stack: '', value })],
])('every NaN is the same one, %s', (_where, make) => {
  const [plain, negative] = [encodeArtifact('x', make(plainNaN)), encodeArtifact('x', make(negativeNaN))]
  expect(negative.ref).toEqual(plain.ref)
  expect(encodeArtifact('x', roundTrip(make(negativeNaN))).ref).toEqual(plain.ref)
})

describe('by hand', () => {
  test('-0, and the difference between a missing and an undefined field, survive', () => {
    expect(Object.is(roundTrip(-0), -0)).toBe(true)
    expect(Object.is((roundTrip([0, -0, { z: -0 }]) as [number, number])[1], -0)).toBe(true)
    expect(Object.keys(roundTrip({ a: undefined }) as object)).toEqual(['a'])
  })
  test('an object of depth 100,000 survives', () => {
    let deep: unknown = 'bottom'
    for (let level = 0; level < 100_000; level += 1) deep = level % 2 ? [deep] : { deep }
    let copy = roundTrip(deep)
    for (let level = 99_999; level >= 0; level -= 1) copy = level % 2 ? (copy as unknown[])[0] : (copy as { deep: unknown }).deep
    expect(copy).toBe('bottom')
  })
  test('two views on one buffer share it again, with the buffer itself and without', () => {
    const buffer = new ArrayBuffer(256)
    const original = { bytes: new Uint8Array(buffer, 3, 50), floats: new Float64Array(buffer, 16, 8) }
    for (const [given, withBuffer] of [
      [original, false],
      [{ ...original, buffer }, true],
    ] as const) {
      const copy = roundTrip(given) as { bytes: Uint8Array; floats: Float64Array; buffer?: ArrayBuffer }
      copy.floats[0] = 1.5
      expect(copy.bytes.buffer).toBe(copy.floats.buffer)
      expect(new Float64Array(copy.bytes.slice(13, 21).buffer)[0]).toBe(1.5)
      if (withBuffer) expect(copy.bytes.buffer).toBe(copy.buffer)
      expect(copy.bytes.buffer.byteLength).toBe(withBuffer ? 256 : 80)
    }
  })
  test('a view brings only the bytes that it shows, never its neighbours in a pool', () => {
    const text = Buffer.from('mine')
    const { root } = encodeArtifact('x', text)
    expect(root.length).toBeLessThan(40)
    const copy = roundTrip(text) as Buffer
    expect(Buffer.isBuffer(copy)).toBe(true)
    expect(copy.toString()).toBe('mine')
    expect((roundTrip(new Float64Array(1000).subarray(10, 12)) as Float64Array).buffer.byteLength).toBe(16)
  })
  test('a typed array on shared memory comes back on memory of its own', () => {
    const shared = new Float64Array(new SharedArrayBuffer(80_000)).fill(2.5)
    const copy = roundTrip(shared) as Float64Array
    expect(copy).toEqual(new Float64Array(10_000).fill(2.5))
    expect(copy.buffer).toBeInstanceOf(ArrayBuffer)
  })
  test('errors keep class, name, message, stack, cause, code and their other fields', () => {
    class HttpError extends TypeError {
      override name = 'HttpError'
      status = 404
    }
    const original = Object.assign(new HttpError('not there', { cause: new RangeError('inner') }), { code: 'E404' })
    const copy = roundTrip(original) as HttpError & { code: string }
    expect(copy).toBeInstanceOf(TypeError)
    expect([copy.name, copy.message, copy.status, copy.code, copy.stack]).toEqual(['HttpError', 'not there', 404, 'E404', original.stack])
    expect(copy.cause).toBeInstanceOf(RangeError)
    expect((copy.cause as Error).stack).toBe((original.cause as Error).stack)
    expect(Object.keys(copy)).toEqual(Object.keys(original))
    const aborted = roundTrip(new DOMException('stopped', 'AbortError')) as Error
    expect([aborted.name, aborted.message]).toEqual(['AbortError', 'stopped'])
  })
  test('long texts and large buffers anywhere in a value are kept outside of the encoded bytes', async () => {
    const original = new Map<unknown, unknown>([
      ['text', { long: 'ä😀'.repeat(100_000) }],
      ['floats', [Float64Array.from({ length: 20_000 }, Math.sqrt)]],
      ['bytes', Buffer.alloc(100_000, 7)],
    ])
    const { ref, root, chunks } = encodeArtifact('x', original)
    expect([root.length < 1024, ref.chunked, chunks.length]).toEqual([true, true, 3])
    const store = createMemoryStore()
    const { x } = await saveArtifacts(store, 'Flow', new Map([['x', original]]))
    assert.deepStrictEqual(x, ref)
    assert.deepStrictEqual(await loadArtifact(store, 'Flow', 'x', ref), original)
  })
  test('large arrays and dictionaries of each kind survive', () => {
    const rows = Array.from({ length: 70_000 }, (_, id) => ({ id, name: `row ${id}`, at: new Date(id * 1e7), share: id / 3 }))
    assert.deepStrictEqual(roundTrip(rows), rows)
    assert.deepStrictEqual(roundTrip(new Map(rows.map((row) => [row.id, row]))), new Map(rows.map((row) => [row.id, row])))
    const table = Object.fromEntries(rows.map((row) => [row.name, row.share]))
    assert.deepStrictEqual(roundTrip(table), table)
  })
  test('a frozen object comes back, thawed', () => {
    const copy = roundTrip(Object.freeze({ a: Object.freeze([1]) })) as { a: number[] }
    expect(copy).toEqual({ a: [1] })
    expect(Object.isFrozen(copy)).toBe(false)
  })
})
