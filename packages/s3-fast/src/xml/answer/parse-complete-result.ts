import type { ObjectPlace } from '../../object/object-place.ts'
import { readAnswer } from './read-answer.ts'

/**
 * Reads the answer of CompleteMultipartUpload. S3 sends the status before it has put the parts together, then white space, then the document.
 *
 * @throws S3Error: what an error's document with status 200 says; protocol.
 */
export function parseCompleteResult(body: Buffer, place: ObjectPlace): { readonly etag: string | undefined } {
  return readAnswer(body, {
    root: 'CompleteMultipartUploadResult',
    subject: { action: 'write', ...place },
    read: (document) => ({ etag: document.get('ETag') }),
  })
}
