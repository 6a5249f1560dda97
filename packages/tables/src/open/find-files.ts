import type { ByteSource, ReadOptions, SourceFile } from '../bytes/byte-source.ts'
import { TablesError } from '../tables-error.ts'
import { readManifest } from './manifest.ts'

/** A file and the path that its partition is read from. */
export interface FoundFile {
  readonly file: SourceFile
  /** Below the table's folder; the whole path for files that were named one by one. */
  readonly path: string
}

/** The files of a table: those that its manifest names, else all in the order of their URLs, or of the list. @throws TablesError `not-found` for a listed file that is not there. */
export async function findFiles(source: ByteSource, location: string | readonly string[], options: ReadOptions): Promise<FoundFile[]> {
  if (typeof location !== 'string') return await Promise.all(location.map((url) => findFile(source, url, options)))
  const manifest = await readManifest(source, location, options)
  if (manifest)
    return manifest.files.map(({ path, sizeBytes }) => ({ file: { url: `${location}/${path}`, sizeBytes, identity: undefined }, path }))
  const files = await source.list(location, options)
  if (files.length > 0) return files.map((file) => ({ file, path: file.url.slice(location.length + 1) }))
  const file = await source.stat(location, options)
  return file ? [{ file, path: file.url }] : []
}

async function findFile(source: ByteSource, url: string, options: ReadOptions): Promise<FoundFile> {
  const file = await source.stat(url, options)
  if (file) return { file, path: url }
  throw new TablesError('not-found', `Could not open a table with the file ${url}: it is not there. Take it from the list.`, {
    subject: url,
  })
}
