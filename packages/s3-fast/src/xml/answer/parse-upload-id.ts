import type { ObjectPlace } from '../../object/object-place.ts'
import { readAnswer } from './read-answer.ts'

/** Reads the answer of CreateMultipartUpload. @throws S3Error protocol. */
export function parseUploadId(body: Buffer, place: ObjectPlace): string {
  const read = (document: { require(name: string): string }): string => {
    const uploadId = document.require('UploadId')
    if (uploadId === '') throw new SyntaxError('<UploadId> is empty')
    return uploadId
  }
  return readAnswer(body, { root: 'InitiateMultipartUploadResult', subject: { action: 'write', ...place }, read })
}
