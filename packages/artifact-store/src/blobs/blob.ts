import { hash } from 'node:crypto'

/** Loaded when the first blob needs it: most tasks have none that does, and it takes as long as one. */
const loadZstd = async () => {
  const { promisify } = await import('node:util')
  const { constants, zstdCompress, zstdCompressSync, zstdDecompress } = await import('node:zlib')
  const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
  return { level, compress: promisify(zstdCompress), compressSync: zstdCompressSync, decompress: promisify(zstdDecompress) }
}

/** `mill`, version, compression, two zeros, length of the payload as an unsigned 64-bit little-endian number. */
export const headerBytes: number = 16
const magic = 0x6c6c696d
const version = 1
const compression = { none: 0, zstd: 1 } as const
const sampleBytes = 64 * 1024
const worthCompressing = 4 * 1024
/** Compressed bytes are kept only where they are this much fewer: reading them back costs time. */
const worthKeeping = 0.9
/** Above this header and payload go to the store one after the other, without being copied together. */
const copyUpTo = 1024 * 1024

/** What is stored for a payload. */
export interface PackedBlob {
  readonly body: Uint8Array | readonly Uint8Array[]
  /** Of `body`, header included. */
  readonly sizeBytes: number
}

/** Packs a payload: a header, then the payload, compressed by zstd where a sample of 64 KiB shows that it helps. */
export async function packBlob(payload: Uint8Array): Promise<PackedBlob> {
  const compressed = await compress(payload)
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32LE(magic, 0)
  header.writeUInt8(version, 4)
  header.writeUInt8(compressed ? compression.zstd : compression.none, 5)
  header.writeBigUInt64LE(BigInt(payload.length), 8)
  const content = compressed ?? payload
  const body = content.length <= copyUpTo ? Buffer.concat([header, content]) : [header, content]
  return { body, sizeBytes: headerBytes + content.length }
}

/**
 * The payload of a blob, checked against its length and hash.
 *
 * @throws Error whose message goes on from "the file ...", such as "is cut off".
 */
export async function unpackBlob(blob: Uint8Array, sha256: string): Promise<Uint8Array> {
  return await unpackParts(blob.subarray(0, headerBytes), blob.subarray(headerBytes), sha256)
}

/** As {@link unpackBlob}, for a header and what follows it, which may lie apart: what was not compressed is `body` itself. */
export async function unpackParts(head: Uint8Array, body: Uint8Array, sha256: string): Promise<Uint8Array> {
  if (head.length < headerBytes) throw new Error('is cut off')
  const header = Buffer.from(head.buffer, head.byteOffset, headerBytes)
  const length = Number(header.readBigUInt64LE(8))
  const method = header[5]
  if (header.readUInt32LE(0) !== magic || header.readUInt16LE(6) !== 0) throw new Error('is no blob that Millrace wrote')
  if (header[4] !== version) throw new Error(`is of version ${header[4]}, and this Millrace reads version ${version}`)
  if (method !== compression.none && method !== compression.zstd) throw new Error(`is compressed by an unknown method, ${method}`)
  const payload = method === compression.zstd ? await decompress(body, length) : body
  if (payload.length !== length) throw new Error('is cut off')
  if (hash('sha256', payload) !== sha256) throw new Error('was altered: its bytes do not match their hash')
  return payload
}

async function decompress(body: Uint8Array, length: number): Promise<Uint8Array> {
  try {
    // A header that was altered may claim any length.
    const chunkSize = Math.max(64, Math.min(length, 64 * 1024 * 1024))
    const zstd = await loadZstd()
    return await zstd.decompress(body, { chunkSize, maxOutputLength: Math.max(1, length) })
  } catch (cause) {
    throw new Error(`cannot be decompressed (${(cause as Error).message})`, { cause })
  }
}

async function compress(payload: Uint8Array): Promise<Uint8Array | undefined> {
  if (payload.length < worthCompressing) return undefined
  const sample = sampleOf(payload)
  const zstd = await loadZstd()
  const shrunk = zstd.compressSync(sample, zstd.level)
  if (shrunk.length > sample.length * worthKeeping) return undefined
  if (sample === payload) return shrunk
  const whole = await zstd.compress(payload, { ...zstd.level, pledgedSrcSize: payload.length })
  return whole.length <= payload.length * worthKeeping ? whole : undefined
}

/** A payload that is short, otherwise four pieces from all over it. */
function sampleOf(payload: Uint8Array): Uint8Array {
  if (payload.length <= sampleBytes) return payload
  const piece = sampleBytes / 4
  const step = Math.floor((payload.length - piece) / 3)
  return Buffer.concat([0, 1, 2, 3].map((index) => payload.subarray(index * step, index * step + piece)))
}
