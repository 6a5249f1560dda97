import { type Checksum, checksumHeader } from '../checksums/checksum.ts'
import type { ObjectDraft, ObjectRecord } from '../storage/object-record.ts'
import { formatHttpTime } from './time-format.ts'

/** The type of an object that was stored without one. */
const defaultContentType = 'binary/octet-stream'

/** What is told of an object that is read. */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const headers: Record<string, string> = {
    'Last-Modified': formatHttpTime(record.modifiedAtMs),
    ETag: `"${record.etag}"`,
    'Accept-Ranges': 'bytes',
    'content-type': defaultContentType,
  }
  for (const name in record.headers) headers[name] = record.headers[name] ?? ''
  for (const name in record.metadata) headers[`x-amz-meta-${name}`] = record.metadata[name] ?? ''
  if (record.encryption !== undefined) headers['x-amz-server-side-encryption'] = record.encryption
  if (record.storageClass !== undefined) headers['x-amz-storage-class'] = record.storageClass
  if (record.tags !== undefined) headers['x-amz-tagging-count'] = String(Object.keys(record.tags).length)
  return headers
}

/** What is told of the encryption of what was written. */
export function encryptionHeaders({ encryption }: Pick<ObjectDraft, 'encryption'>): Record<string, string> {
  return encryption === undefined ? {} : { 'x-amz-server-side-encryption': encryption }
}

/** A checksum as headers. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  return checksum === undefined ? {} : { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
}

/** A checksum as elements of a document. */
export function checksumElements(checksum: Checksum | undefined): Record<string, string> {
  return checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
}
