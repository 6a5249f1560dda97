import type { UploadRecord } from '../object-record.ts'
import { keyToSortKey } from './sort-key.ts'

/** What a listing of uploads asks for. */
export interface ListUploadsOptions {
  readonly prefix: string
  readonly delimiter: string
  /** Only what comes behind this key, or this common prefix. */
  readonly keyMarker: string
  /** With it also the uploads of the key itself that come behind this one; `''` is none. */
  readonly idMarker: string
  /** The most uploads and common prefixes together. */
  readonly maxUploads: number
}

/** A page of uploads. */
export interface ListUploadsPage {
  readonly uploads: readonly UploadRecord[]
  readonly commonPrefixes: readonly string[]
  /** Where the next page begins, if there is one. */
  readonly next?: { readonly keyMarker: string; readonly idMarker?: string }
}

/** Takes a page of uploads, by key and then by identifier. */
export function listUploadsPage(uploads: readonly UploadRecord[], options: ListUploadsOptions): ListUploadsPage {
  const { prefix, delimiter, keyMarker, idMarker, maxUploads } = options
  const marker = keyToSortKey(keyMarker)
  const sorted = uploads
    .map((upload) => ({ upload, sortKey: keyToSortKey(upload.key) }))
    .filter(
      ({ upload, sortKey }) =>
        upload.key.startsWith(prefix) && (sortKey > marker || (sortKey === marker && idMarker !== '' && upload.id > idMarker)),
    )
    .sort((a, b) => compare(a.sortKey, b.sortKey) || compare(a.upload.id, b.upload.id))
  const found: UploadRecord[] = []
  const commonPrefixes: string[] = []
  let next: ListUploadsPage['next']
  for (const { upload } of sorted) {
    const at = delimiter === '' ? -1 : upload.key.indexOf(delimiter, prefix.length)
    const rolled = at === -1 ? undefined : upload.key.slice(0, at + delimiter.length)
    if (rolled !== undefined && (rolled === commonPrefixes.at(-1) || rolled === keyMarker)) continue
    if (found.length + commonPrefixes.length >= maxUploads) return { uploads: found, commonPrefixes, ...(next ? { next } : {}) }
    if (rolled === undefined) found.push(upload)
    else commonPrefixes.push(rolled)
    next = rolled === undefined ? { keyMarker: upload.key, idMarker: upload.id } : { keyMarker: rolled }
  }
  return { uploads: found, commonPrefixes }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
