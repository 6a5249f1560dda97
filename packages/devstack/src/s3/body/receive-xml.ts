import { readFileSync } from 'node:fs'
import { S3Error } from '../s3-error.ts'
import type { S3Request } from '../s3-request.ts'
import type { StorageFolder } from '../storage/storage-folder.ts'
import { parseXml, XmlError, type XmlNode } from '../xml/parse-xml.ts'
import { readExpectedDigests } from './expected-digests.ts'
import { discardBody, type ReceivedBody, receiveBody } from './receive-body.ts'

/** The parts of an upload are up to 10,000, each with its checksum. */
const maxSizeBytes = 8_388_608

/**
 * Takes the body of a request as an XML document whose root is `root`; `undefined` where there is none. The checksum in the headers is
 * that of the body, unless they speak of an object.
 *
 * @throws S3Error MalformedXML, MaxMessageLengthExceeded, and all that `receiveBody` throws.
 */
export async function receiveXml(
  request: S3Request,
  storage: StorageFolder,
  { root, checksumOf = 'body' }: { readonly root: string; readonly checksumOf?: 'body' | 'object' },
): Promise<XmlNode | undefined> {
  const received = await receiveBody(request, storage, readExpectedDigests(request, checksumOf))
  if (received.sizeBytes === 0) return undefined
  const bytes = readBytes(received, storage)
  try {
    const node = parseXml(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (node.name === root) return node
  } catch (error) {
    if (!(error instanceof XmlError || error instanceof TypeError)) throw error
  }
  throw new S3Error('MalformedXML')
}

function readBytes(received: ReceivedBody, storage: StorageFolder): Buffer {
  if ('bytes' in received.body) return received.body.bytes
  try {
    if (received.sizeBytes <= maxSizeBytes) return readFileSync(received.body.file)
  } finally {
    discardBody(received, storage)
  }
  throw new S3Error('MaxMessageLengthExceeded', { details: { MaxMessageLengthBytes: maxSizeBytes } })
}
