import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { CompressionCodec } from 'hyparquet'
import { MalformedData } from '../encodings/malformed-data.ts'

type Decompress = (input: Uint8Array, sizeBytes: number) => Uint8Array

/** One piece of memory of the right size: by default zlib takes 16 KiB at a time and joins them. */
const whole = (sizeBytes: number): { readonly chunkSize: number; readonly maxOutputLength: number } => ({
  chunkSize: Math.max(64, sizeBytes + 1),
  maxOutputLength: Math.max(1, sizeBytes),
})

const decompressors: { [Codec in CompressionCodec]?: Decompress | undefined } = {
  UNCOMPRESSED: (input) => input,
  GZIP: (input, sizeBytes) => gunzipSync(input, whole(sizeBytes)),
  BROTLI: (input, sizeBytes) => brotliDecompressSync(input, whole(sizeBytes)),
  ZSTD: (input, sizeBytes) => zstdDecompressSync(input, whole(sizeBytes)),
}

/** Those that Node has not: WebAssembly, which takes longer to load than all the rest. */
const loadable: readonly CompressionCodec[] = ['SNAPPY', 'LZ4', 'LZ4_RAW']

/** Makes a codec ready; it has to be called before pages of it are decompressed. */
export async function loadCodec(codec: CompressionCodec): Promise<void> {
  if (!loadable.includes(codec) || decompressors[codec]) return
  const { compressors } = await import('hyparquet-compressors')
  for (const name of loadable) decompressors[name] = compressors[name]
}

/** The codecs that can be read, as a message lists them. */
export const knownCodecs: readonly string[] = [...Object.keys(decompressors), ...loadable]

/** Whether pages of this codec can be read. */
export function isKnownCodec(codec: CompressionCodec): boolean {
  return knownCodecs.includes(codec)
}

/** The content of a page of a codec that is loaded. @throws MalformedData where it is damaged or has another size. */
export function decompress(
  input: Uint8Array,
  { codec, sizeBytes }: { readonly codec: CompressionCodec; readonly sizeBytes: number },
): Uint8Array {
  const run = decompressors[codec]
  if (!run) throw new MalformedData(`there is no codec ${codec}`)
  if (sizeBytes === 0) return new Uint8Array()
  let output: Uint8Array
  try {
    output = run(input, sizeBytes)
  } catch (cause) {
    throw new MalformedData(`a page could not be decompressed with ${codec}`, { cause })
  }
  if (output.length !== sizeBytes) throw new MalformedData(`a page has ${output.length} bytes in the place of ${sizeBytes}`)
  return output
}

/** The same for hyparquet, which reads nested columns. */
export const hyparquetCompressors: { readonly [Codec in CompressionCodec]?: Decompress } = Object.fromEntries(
  knownCodecs.map((codec) => [
    codec,
    (input: Uint8Array, sizeBytes: number) => decompress(input, { codec: codec as CompressionCodec, sizeBytes }),
  ]),
)
