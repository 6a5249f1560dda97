import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinByteStreams } from './byte-stream-split.ts'
import { decodeDeltaBinary } from './delta-binary.ts'
import { decodeDeltaStrings } from './delta-bytes.ts'
import { MalformedData } from './malformed-data.ts'
import { sliceLengthPrefixed } from './plain-bytes.ts'
import { decodeRleHybrid } from './rle-hybrid.ts'

const whole = (bytes: Uint8Array) => ({ bytes, start: 0, end: bytes.length })

function varint(value: bigint | number): number[] {
  const bytes: number[] = []
  let left = BigInt(value)
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128)
  return [...bytes, Number(left)]
}

const zigzag = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))

/** Packs numbers the slow way: one large integer. */
function pack(values: readonly bigint[], bitWidth: number): number[] {
  let all = 0n
  for (const [index, value] of values.entries()) all |= value << BigInt(index * bitWidth)
  return Array.from({ length: Math.ceil((values.length * bitWidth) / 8) }, (_, index) => Number((all >> BigInt(8 * index)) & 255n))
}

const runs = fc.integer({ min: 1, max: 32 }).chain((bitWidth) =>
  fc.record({
    bitWidth: fc.constant(bitWidth),
    runs: fc.array(
      fc.oneof(
        fc.record({ repeat: fc.integer({ min: 1, max: 40 }), value: fc.bigInt(0n, 2n ** BigInt(bitWidth) - 1n) }),
        fc.record({ packed: fc.array(fc.bigInt(0n, 2n ** BigInt(bitWidth) - 1n), { minLength: 8, maxLength: 8 }) }),
      ),
      { minLength: 1, maxLength: 8 },
    ),
  }),
)

test('runs and packed groups of every width decode to what was encoded', () => {
  fc.assert(
    fc.property(runs, ({ bitWidth, runs: list }) => {
      const values = list.flatMap((run) => ('packed' in run ? run.packed : Array<bigint>(run.repeat).fill(run.value)))
      const bytes = list.flatMap((run) =>
        'packed' in run
          ? [...varint(3), ...pack(run.packed, bitWidth)]
          : [...varint(run.repeat << 1), ...pack([run.value], Math.ceil(bitWidth / 8) * 8)],
      )
      const out = new Int32Array(values.length)
      decodeRleHybrid(whole(Uint8Array.from(bytes)), { out, count: values.length, bitWidth })
      expect([...out]).toEqual(values.map((value) => Number(BigInt.asIntN(32, value))))
    }),
  )
})

/** Blocks of 128 in 4 miniblocks, each as narrow as it can be. */
function encodeDeltas(values: readonly bigint[], bits: 32 | 64): Uint8Array {
  const [first = 0n] = values
  const bytes = [...varint(128), ...varint(4), ...varint(values.length), ...varint(zigzag(first))]
  const deltas = values.slice(1).map((value, index) => BigInt.asIntN(bits, value - (values[index] ?? 0n)))
  for (let at = 0; at < deltas.length; at += 128) {
    const block = deltas.slice(at, at + 128)
    const [least = 0n] = block.toSorted((a, b) => Number(a - b))
    const minis = Array.from({ length: 4 }, (_, index) =>
      block.slice(32 * index, 32 * index + 32).map((delta) => BigInt.asUintN(bits, delta - least)),
    )
    const widths = minis.map((mini) => mini.reduce((width, value) => Math.max(width, value === 0n ? 0 : value.toString(2).length), 0))
    bytes.push(...varint(zigzag(least)), ...widths)
    for (const [index, mini] of minis.entries())
      if (mini.length > 0) bytes.push(...pack([...mini, ...Array<bigint>(32 - mini.length).fill(0n)], widths[index] ?? 0))
  }
  return Uint8Array.from(bytes)
}

test('deltas of 64 bits decode to what was encoded, also where they wrap around', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-9n, 9n)), { minLength: 1, maxLength: 300 }),
      (values) => {
        const bytes = encodeDeltas(values, 64)
        const out = new Int32Array(values.length * 2)
        expect(decodeDeltaBinary(whole(bytes), { out, count: values.length, width: 8 })).toBe(bytes.length)
        expect([...new BigInt64Array(out.buffer)]).toEqual(values)
      },
    ),
  )
})

test('deltas of 32 bits decode to what was encoded, also where they wrap around', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.integer(), fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 300 }), (values) => {
      const bytes = encodeDeltas(values.map(BigInt), 32)
      const out = new Int32Array(values.length)
      decodeDeltaBinary(whole(bytes), { out, count: values.length, width: 4 })
      expect([...out]).toEqual(values)
    }),
  )
})

test('texts that share beginnings decode to what was encoded', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'ä') }), { minLength: 1, maxLength: 50 }), (texts) => {
      const all = texts.map((text) => Buffer.from(text))
      const prefixes = all.map((bytes, index) => {
        const before = all[index - 1] ?? Buffer.alloc(0)
        let shared = 0
        while (shared < bytes.length && shared < before.length && bytes[shared] === before[shared]) shared += 1
        return shared
      })
      const suffixes = all.map((bytes, index) => bytes.subarray(prefixes[index]))
      const encoded = Buffer.concat([
        encodeDeltas(prefixes.map(BigInt), 32),
        encodeDeltas(
          suffixes.map(({ length }) => BigInt(length)),
          32,
        ),
        ...suffixes,
      ])
      const { bytes, starts, ends } = decodeDeltaStrings(whole(encoded), texts.length)
      expect(Array.from(starts, (start, index) => Buffer.from(bytes.subarray(start, ends[index])).toString())).toEqual(texts)
    }),
  )
})

test('byte streams are joined', () => {
  const out = new Uint8Array(6)
  joinByteStreams(whole(Uint8Array.of(1, 2, 3, 11, 12, 13)), { out, count: 3, width: 2 })
  expect([...out]).toEqual([1, 11, 2, 12, 3, 13])
})

test('no bytes at all make a decoder give wrong values or run on: they decode or are told as malformed', () => {
  const bitWidths = fc.integer({ min: 0, max: 40 })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bitWidths, fc.integer({ min: 0, max: 200 }), (bytes, bitWidth, count) => {
      const attempts = [
        () => decodeRleHybrid(whole(bytes), { out: new Int32Array(count), count, bitWidth }),
        () => decodeDeltaBinary(whole(bytes), { out: new Int32Array(2 * count), count, width: 8 }),
        () => decodeDeltaStrings(whole(bytes), count),
        () => sliceLengthPrefixed(whole(bytes), count),
        () => joinByteStreams(whole(bytes), { out: new Uint8Array(8 * count), count, width: 8 }),
      ]
      for (const attempt of attempts) {
        try {
          attempt()
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedData)
        }
      }
    }),
    { numRuns: 500 },
  )
})
