import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs'
import type { GetOptions } from '@millrace/core-graph'

const smallBytes = 256 * 1024
/** Linux reads at most 2 GiB at once. */
const stepBytes = 1 << 30

/**
 * A file's bytes, or those of a half-open range of them; `undefined` where there is no file.
 *
 * Small files are read by synchronous calls, which cost a tenth of a trip through the thread pool.
 */
export async function readFileRange(path: string, { range, into }: GetOptions): Promise<Uint8Array | undefined> {
  const descriptor = openIfPresent(path)
  if (descriptor === undefined) return undefined
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return undefined
    const start = Math.min(range?.[0] ?? 0, stats.size)
    const end = Math.max(start, Math.min(range?.[1] ?? stats.size, stats.size))
    const size = end - start
    const body = into && into.length >= size ? into.subarray(0, size) : new Uint8Array(size)
    let filled = 0
    while (filled < body.length) {
      const length = Math.min(stepBytes, body.length - filled)
      const count =
        body.length <= smallBytes
          ? readSync(descriptor, body, filled, length, start + filled)
          : await readInPool(descriptor, body.subarray(filled, filled + length), start + filled)
      // The file was cut by someone who does not keep to atomic writes: what is there is what there is.
      if (count === 0) return body.slice(0, filled)
      filled += count
    }
    return body
  } finally {
    closeSync(descriptor)
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw error
  }
}

/** One read by the thread pool. Returns the number of bytes. */
function readInPool(descriptor: number, target: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, target, 0, target.length, position, (error, count) => (error ? reject(error) : resolve(count)))
  })
}
