import type { Catalog } from './catalog.ts'

/** From here on compressing costs less than moving the bytes. */
const worthCompressing = 16 * 1024

/** A version of a catalog as it is stored: JSON in UTF-8, one line; from 16 KiB on within a zstd frame. `writer` tells whose it is. */
export async function encodeCatalog(flow: string, { sequence, runs, tags }: Catalog, writer: string): Promise<Uint8Array> {
  const document = { version: 1, flow, sequence, writer, runs: [...runs.values()], tags: Object.fromEntries(tags) }
  const json = Buffer.from(`${JSON.stringify(document)}\n`)
  if (json.length < worthCompressing) return json
  const { zstdCompressSync } = await import('node:zlib')
  return zstdCompressSync(json)
}
