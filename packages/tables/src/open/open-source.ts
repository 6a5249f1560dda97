import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { S3 } from '@millrace/s3-fast'
import type { ByteStore } from '../bytes/byte-source.ts'
import { FolderSource } from '../bytes/folder-source.ts'

/** Where a table is, once it is known what gives its bytes. */
export interface OpenedSource {
  readonly source: ByteStore
  /** As the source names them, without a slash at the end. */
  readonly urls: readonly string[]
  /** Closes what was opened here. */
  close(): Promise<void>
}

/**
 * The source for locations: S3 for `s3://` URLs, else this machine. The client for S3 is the caller's, or one of its own with AWS's defaults.
 *
 * @throws TypeError for locations of both kinds, and of neither
 */
export async function openSource(locations: readonly (string | URL)[], s3?: S3): Promise<OpenedSource> {
  for (const location of locations) {
    if (typeof location === 'string' || location instanceof URL) continue
    throw new TypeError(`A table is at a path or an s3:// URL, and not at ${location === null ? 'null' : `a ${typeof location}`}.`)
  }
  const texts = locations.map(String)
  const remote = texts.filter((text) => text.startsWith('s3:'))
  if (remote.length === 0) return { source: new FolderSource(), urls: texts.map(toPath), close: async () => {} }
  if (remote.length < texts.length) throw new TypeError(`A table is on S3 or on this machine, and not on both: ${texts.join(', ')}.`)
  const wrong = remote.find((text) => !/^s3:\/\/[^/]+/.test(text))
  if (wrong !== undefined) throw new TypeError(`${wrong} is not an S3 URL: it looks like s3://bucket/folder.`)
  const { S3Source } = await import('../bytes/s3-source.ts')
  const urls = remote.map((text) => text.replace(/\/+$/, ''))
  if (s3) return { source: new S3Source(s3), urls, close: async () => {} }
  const { S3 } = await import('@millrace/s3-fast')
  const own = new S3()
  return { source: new S3Source(own), urls, close: () => own.close() }
}

function toPath(location: string): string {
  return resolve(location.startsWith('file:') ? fileURLToPath(location) : location)
}
