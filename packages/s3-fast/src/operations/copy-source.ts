import { encodeKey } from '../sign/encode-key.ts'
import type { Header, ObjectPlace } from './s3-request.ts'

/** The header that names the object that is copied. */
export function copySource({ bucket, key }: ObjectPlace): Header {
  return ['x-amz-copy-source', `/${bucket}/${encodeKey(key)}`]
}
