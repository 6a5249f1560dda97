import { randomFillSync } from 'node:crypto'
import { closeSync, linkSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** What the bucket `bench` holds: `small/` objects of 10 KiB, `few/` the first tenth of them for slow clients, `big` of 1 GiB. */
export interface BucketContents {
  /** The folder with the files of the bucket; also what is uploaded. */
  readonly folder: string
  readonly smallCount: number
  readonly smallBytes: number
  readonly fewCount: number
  readonly bigBytes: number
}

/** The key of a small object below its prefix. */
export function smallKey(index: number): string {
  return `${String(index).padStart(6, '0')}.bin`
}

/** Writes random files into `folder`, which should be in memory. */
export function writeBucketContents(folder: string, { smallCount }: { readonly smallCount: number }): BucketContents {
  const contents = { folder, smallCount, smallBytes: 10 * 1024, fewCount: Math.ceil(smallCount / 10), bigBytes: 2 ** 30 }
  for (const name of ['small', 'few', 'put']) mkdirSync(join(folder, name), { recursive: true })
  const block = new Uint8Array(16 * 2 ** 20)
  const big = openSync(join(folder, 'big'), 'w')
  for (let written = 0; written < contents.bigBytes; written += block.length) writeSync(big, randomFillSync(block))
  closeSync(big)
  for (let index = 0; index < smallCount; index += 1) {
    const path = join(folder, 'small', smallKey(index))
    const start = (index * 1_009) % (block.length - contents.smallBytes)
    writeFileSync(path, block.subarray(start, start + contents.smallBytes))
    if (index < contents.fewCount) linkSync(path, join(folder, 'few', smallKey(index)))
  }
  return contents
}
