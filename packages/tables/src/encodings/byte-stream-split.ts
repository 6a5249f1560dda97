import type { EncodedBytes } from './encoded-bytes.ts'
import { MalformedData } from './malformed-data.ts'

/** BYTE_STREAM_SPLIT: all first bytes, all second bytes, and so on, put together again in `out`. @throws MalformedData */
export function joinByteStreams(
  { bytes, start, end }: EncodedBytes,
  { out, count, width }: { readonly out: Uint8Array; readonly count: number; readonly width: number },
): void {
  if (start + count * width > end) throw new MalformedData('values are cut')
  for (let byte = 0; byte < width; byte += 1) {
    let from = start + byte * count
    for (let to = byte; to < count * width; to += width) {
      out[to] = bytes[from] as number
      from += 1
    }
  }
}
