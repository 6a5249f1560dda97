const tables = makeTables(0x82f63b78)

/** CRC-32C (Castagnoli) of `data`, going on from `before`. */
export function crc32c(data: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables
  const { length } = data
  let crc = ~before
  let at = 0
  // Eight bytes a round: eight tables instead of eight dependent look-ups.
  for (const end = length - 7; at < end; at += 8) {
    const low = crc ^ (byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24))
    crc =
      entry(t7, low & 255) ^
      entry(t6, (low >>> 8) & 255) ^
      entry(t5, (low >>> 16) & 255) ^
      entry(t4, low >>> 24) ^
      entry(t3, byte(data, at + 4)) ^
      entry(t2, byte(data, at + 5)) ^
      entry(t1, byte(data, at + 6)) ^
      entry(t0, byte(data, at + 7))
  }
  for (; at < length; at += 1) crc = (crc >>> 8) ^ entry(t0, (crc ^ byte(data, at)) & 255)
  return ~crc >>> 0
}

type Eight<T> = readonly [T, T, T, T, T, T, T, T]

const byte = (data: Uint8Array, at: number): number => data[at] as number
const entry = (table: Int32Array, at: number): number => table[at] as number

function makeTables(polynomial: number): Eight<Int32Array> {
  const made = Array.from({ length: 8 }, () => new Int32Array(256))
  for (let value = 0; value < 256; value += 1) {
    let crc = value
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    for (const table of made) {
      table[value] = crc
      crc = (crc >>> 8) ^ tableStep(crc & 255, polynomial)
    }
  }
  return made as unknown as Eight<Int32Array>
}

function tableStep(value: number, polynomial: number): number {
  let crc = value
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
  return crc
}
