import { type FileHandle, open } from 'node:fs/promises'
import type { ByteRange, ByteSource, ReadOptions, SourceFile } from '../bytes/byte-source.ts'
import { giveBack } from '../bytes/give-back.ts'
import { forEachAtOnce } from '../concurrency/for-each-at-once.ts'
import { chunkStart, type Footer } from '../footer/footer.ts'

/** One request; several go at once. */
const pieceBytes = 8 * 1024 * 1024
const piecesAtOnce = 4

/**
 * The bytes of a file without the column chunks of columns that nobody reads: what is left out, DuckDB never looks at. Everything else is there, Bloom
 * filters and indexes too.
 */
export function neededRanges({
  footer,
  file,
  columns,
}: {
  readonly footer: Footer
  readonly file: SourceFile
  readonly columns: ReadonlySet<string>
}): ByteRange[] {
  const left = footer.fields
    .filter(({ name }) => !columns.has(name))
    .flatMap(({ firstChunk, chunks }) =>
      footer.rowGroups.flatMap((group) =>
        group.columns.slice(firstChunk, firstChunk + chunks).flatMap(({ meta_data: data }) => (data ? [data] : [])),
      ),
    )
    .map((data) => ({ start: chunkStart(data), end: chunkStart(data) + Number(data.total_compressed_size) }))
    .sort((a, b) => a.start - b.start)
  const needed: ByteRange[] = []
  let at = 0
  for (const { start, end } of [...left, { start: file.sizeBytes, end: file.sizeBytes }]) {
    if (start > at) needed.push({ offset: at, length: start - at })
    at = Math.max(at, end)
  }
  return needed
}

/** Fetches ranges of a file into a file of the same size on this machine; between them it has holes. */
export async function fetchFile(
  source: ByteSource,
  { file, ranges, path }: { readonly file: SourceFile; readonly ranges: readonly ByteRange[]; readonly path: string },
  options: ReadOptions,
): Promise<void> {
  await using handle: FileHandle = await open(path, 'wx', 0o600)
  await handle.truncate(file.sizeBytes)
  const fetchPiece = async (range: ByteRange): Promise<void> => {
    const bytes = await source.read(file, range, options)
    for (let done = 0; done < bytes.length; )
      done += (await handle.write(bytes, done, bytes.length - done, range.offset + done)).bytesWritten
    giveBack(bytes)
  }
  await forEachAtOnce(ranges.flatMap(splitRange), fetchPiece, { atOnce: piecesAtOnce })
}

function splitRange({ offset, length }: ByteRange): ByteRange[] {
  return Array.from({ length: Math.ceil(length / pieceBytes) }, (_, index) => ({
    offset: offset + index * pieceBytes,
    length: Math.min(pieceBytes, length - index * pieceBytes),
  }))
}
