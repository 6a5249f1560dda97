import { createHash } from 'node:crypto'

/** Objects by key with their sizes; `undefined` for a key that has none. */
export type DataSet = Readonly<Record<string, number | undefined>>

/** The cases that Metaflow's S3 client is tested with: its test/data/s3/s3_data.py. */
export const dataSets: Readonly<Record<string, DataSet>> = {
  empty_prefix: {},
  missing_files: { missing: undefined },
  '3_small_files': { empty_file: 0, kb: 1_024, mb: 1_048_576, missing: undefined },
  long_path: { [`${'x/'.repeat(300)}x`]: 1_024, [`${'y/'.repeat(10)}y`]: 32, 'x/x/x': undefined },
  prefix: { prefix: 32, prefixprefix: 33, 'prefix/prefix': 34, 'prefix/prefix/prefix': undefined },
  samefile: { prefix: 42, x: 43, empty_file: 1, xx: undefined },
  crazypath: {
    'crazy spaces': 34,
    '\u0001\u00ff': 64,
    '刺身/means sashimi': 33,
    'crazy-!.$%@2_()"\'': 100,
    ' /cra._:zy/\u0001\u0002/p a t h/$this/!!is()': 1_000,
    'crazy missing :(': undefined,
    // Beyond Metaflow's: what it leaves out, and what paths and queries are made of.
    '#?&+=;,%20%2F<>"\'\\|^`{}[]~*': 77,
    '🐟/\ufffd/\u00e9 and e\u0301': 55,
    'a//b/./../c/': 11,
    '..': 12,
    '.': 13,
  },
}

/** The bytes of an object: the same for the same key and size, and other ones for every other key. */
export function contentOf(key: string, sizeBytes: number): Buffer {
  if (sizeBytes > 1_048_576) return repeated(contentOf(key, 1_048_576), sizeBytes)
  const block = createHash('sha512').update(key).digest()
  const content = Buffer.allocUnsafe(sizeBytes)
  for (let at = 0; at < sizeBytes; at += block.length) {
    block.copy(content, at)
    // Blocks differ, so that one that is missing or doubled shows.
    content.writeUInt8((at / block.length) & 255, at)
  }
  return content
}

/** Each mebibyte begins with its number. */
function repeated(block: Buffer, sizeBytes: number): Buffer {
  const content = Buffer.alloc(sizeBytes, block)
  for (let at = 0; at + 4 <= sizeBytes; at += block.length) content.writeUInt32LE(at / block.length, at)
  return content
}

/** Keys of a set that are there. */
export function presentIn(set: DataSet): readonly (readonly [key: string, sizeBytes: number])[] {
  return Object.entries(set).filter((entry): entry is [string, number] => entry[1] !== undefined)
}

/** The order of S3's listings. */
export function inByteOrder(keys: Iterable<string>): string[] {
  return [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
