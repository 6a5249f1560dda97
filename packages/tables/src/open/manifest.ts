import type { ByteSource, ReadOptions } from '../bytes/byte-source.ts'
import { TablesError } from '../tables-error.ts'

/** The file that names the files of a table that Millrace wrote. Who sees it sees all of the table; other readers pass over its name. */
export const manifestName = '_millrace-table.json'

/** What a table consists of. */
export interface Manifest {
  readonly format: 1
  readonly files: readonly ManifestFile[]
}

/** A file of a table. */
export interface ManifestFile {
  /** Below the table's folder. */
  readonly path: string
  readonly sizeBytes: number
  readonly rows: number
}

/** Reads the manifest of a table, if it has one. One request where it has none. @throws TablesError `corrupt-file`, `unsupported` for a later format */
export async function readManifest(source: ByteSource, location: string, options: ReadOptions): Promise<Manifest | undefined> {
  const file = await source.stat(`${location}/${manifestName}`, options)
  if (!file) return undefined
  const bytes = await source.read(file, { offset: 0, length: file.sizeBytes }, options)
  let manifest: unknown
  try {
    manifest = JSON.parse(Buffer.from(bytes).toString())
  } catch (cause) {
    throw corrupt(file.url, cause)
  }
  const { format, files } = Object(manifest) as { readonly format?: unknown; readonly files?: unknown }
  if (format !== 1 && typeof format === 'number') {
    const message = `Could not read ${file.url}: it has the format ${format}, and this version of Millrace knows 1. Use a newer one.`
    throw new TablesError('unsupported', message, { subject: file.url })
  }
  if (format !== 1 || !Array.isArray(files) || !files.every(isManifestFile))
    throw corrupt(file.url, new TypeError('It is no list of files.'))
  return { format, files }
}

function isManifestFile(value: unknown): value is ManifestFile {
  const { path, sizeBytes, rows } = Object(value) as Partial<Record<keyof ManifestFile, unknown>>
  return typeof path === 'string' && !path.split('/').includes('..') && Number.isSafeInteger(sizeBytes) && Number.isSafeInteger(rows)
}

function corrupt(url: string, cause: unknown): TablesError {
  return new TablesError('corrupt-file', `Could not read ${url}: it is no manifest of a table. Write the table again.`, {
    subject: url,
    cause,
  })
}
