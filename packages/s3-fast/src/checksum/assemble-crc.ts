/** Where the module's memory begins to be free: the tables come before, eight of 256 entries of eight bytes. */
export const tableBytes: number = 8 * 256 * 8

/**
 * A WebAssembly module, byte by byte, that exports a `memory` of this many pages of 64 KiB and a function `crc(before: i64, start: i32, end: i32): i64`.
 *
 * ```
 * for (; start + 8 <= end; start += 8) { word = before ^ load64(start); before = table7[word & 255] ^ table6[word >> 8 & 255] ^ ... ^ table0[word >> 56] }
 * for (; start < end; start += 1) before = table0[(before ^ load8(start)) & 255] ^ before >> 8
 * return before
 * ```
 *
 * Opcodes and sections: "WebAssembly core specification", chapter 5.
 */
export function assembleCrc(pages: number): Uint8Array<ArrayBuffer> {
  const words = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((byte) => [...lookUp(byte), ...(byte === 0 ? [] : [op.xor64])])
  const code = [
    ...loop([
      ...[op.get, local.start, op.const32, 8, op.add32, op.get, local.end, op.isAbove32, op.breakIf, 1],
      ...[op.get, local.before, op.get, local.start, op.load64, 0, 0, op.xor64, op.set, local.word],
      ...words,
      ...[op.set, local.before],
      ...[op.get, local.start, op.const32, 8, op.add32, op.set, local.start],
    ]),
    ...loop([
      ...[op.get, local.start, op.get, local.end, op.isFrom32, op.breakIf, 1],
      ...[op.get, local.before, op.get, local.start, op.load8, 0, 0, op.xor64],
      ...entryOf(0),
      ...[op.get, local.before, op.const64, 8, op.shiftRight64, op.xor64, op.set, local.before],
      ...[op.get, local.start, op.const32, 1, op.add32, op.set, local.start],
    ]),
    ...[op.get, local.before, op.end],
  ]
  const body = [...[1, 1, type.i64], ...code]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, type.i64, type.i32, type.i32, 1, type.i64]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...text('memory'), 2, 0, ...text('crc'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ])
}

const type = { i32: 0x7f, i64: 0x7e } as const
const local = { before: 0, start: 1, end: 2, word: 3 } as const
const op = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  break: 0x0c,
  breakIf: 0x0d,
  get: 0x20,
  set: 0x21,
  load64: 0x29,
  load8: 0x31,
  const32: 0x41,
  const64: 0x42,
  isAbove32: 0x4b,
  isFrom32: 0x4f,
  add32: 0x6a,
  and32: 0x71,
  shiftLeft32: 0x74,
  xor64: 0x85,
  shiftRight64: 0x88,
  wrap: 0xa7,
} as const
const noResult = 0x40

/** A loop that is left by a break of depth 1. */
const loop = (body: readonly number[]): number[] => [op.block, noResult, op.loop, noResult, ...body, op.break, 0, op.end, op.end]

/** The entry for one byte of `word`: the first byte goes through the table of those that seven more follow. */
const lookUp = (byte: number): number[] => [op.get, local.word, op.const64, ...signed(8 * byte), op.shiftRight64, ...entryOf(7 - byte)]

/** The entry of a table for the lowest byte of what is on the stack. */
const entryOf = (table: number): number[] => [
  ...[op.wrap, op.const32, ...signed(255), op.and32, op.const32, 3, op.shiftLeft32],
  ...[op.load64, 3, ...unsigned(table * 256 * 8)],
]

const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content]
const text = (name: string): number[] => [name.length, ...Buffer.from(name)]

/** LEB128: "WebAssembly core specification", section 5.2.2. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]
}

/** Of a number from 0 on: its highest bit must not look like a sign. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >>> 7)]
}
