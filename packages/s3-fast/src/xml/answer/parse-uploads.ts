import { keyDecoder } from '../url-text.ts'
import type { XmlDocument } from '../xml-document.ts'
import { readDate, readTruncated } from '../xml-value.ts'
import { readAnswer } from './read-answer.ts'

/** One page of ListMultipartUploads, in the order of the keys. */
export interface UploadsPage {
  readonly uploads: readonly { readonly key: string; readonly uploadId: string; readonly initiatedAt: Date }[]
  /** For the next page; `undefined` on the last. */
  readonly nextMarker: { readonly key: string; readonly uploadId: string } | undefined
}

/** Reads the answer of ListMultipartUploads. @throws S3Error protocol. */
export function parseUploads(body: Buffer, { bucket }: { readonly bucket: string }): UploadsPage {
  return readAnswer(body, { root: 'ListMultipartUploadsResult', subject: { action: 'list the uploads of', bucket }, read: readUploads })
}

function readUploads(document: XmlDocument): UploadsPage {
  const decodeKey = keyDecoder(document.get('EncodingType'))
  const uploads = [...document.spans('Upload')].map((span) => ({
    key: decodeKey(document.require('Key', span)),
    uploadId: document.require('UploadId', span),
    initiatedAt: readDate(document.require('Initiated', span)),
  }))
  if (!readTruncated(document)) return { uploads, nextMarker: undefined }
  return { uploads, nextMarker: { key: decodeKey(document.require('NextKeyMarker')), uploadId: document.require('NextUploadIdMarker') } }
}
