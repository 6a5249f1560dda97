import type { ObjectPlace } from '../../object/object-place.ts'
import type { XmlDocument } from '../xml-document.ts'
import { readAnswer } from './read-answer.ts'

/**
 * Reads the answer of CopyObject and of UploadPartCopy. Either may be an error's document with status 200.
 *
 * @throws S3Error: what an error's document says; protocol.
 */
export function parseCopyResult(body: Buffer, place: ObjectPlace): { readonly etag: string } {
  const read = (document: XmlDocument): { readonly etag: string } => ({ etag: document.require('ETag') })
  return readAnswer(body, { root: ['CopyObjectResult', 'CopyPartResult'], subject: { action: 'copy to', ...place }, read })
}
