import type { ObjectPlace } from '../object/object-place.ts'
import type { Header } from '../send/s3-request.ts'
import { encodeKey } from '../sign/encode-key.ts'

/** What names the object that is copied. */
export interface CopySource {
  readonly from: ObjectPlace
  /** Copied only while the source has this ETag. */
  readonly ifMatch: string | undefined
}

/** The same as headers. */
export function copySourceHeaders({ from: { bucket, key }, ifMatch }: CopySource): Header[] {
  const headers: Header[] = [['x-amz-copy-source', `/${bucket}/${encodeKey(key)}`]]
  if (ifMatch !== undefined) headers.push(['x-amz-copy-source-if-match', ifMatch])
  return headers
}
