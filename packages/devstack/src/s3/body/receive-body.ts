import { AwsChunkedDecoder, AwsChunkedError } from '../../sigv4/chunked/aws-chunked.ts'
import { ChunkSignatures } from '../../sigv4/chunked/chunk-signatures.ts'
import { checksumHeader } from '../checksums/checksum.ts'
import { S3Error } from '../s3-error.ts'
import { headerOf, type S3Request } from '../s3-request.ts'
import type { NewBody } from '../storage/new-body.ts'
import type { StorageFolder } from '../storage/storage-folder.ts'
import { BodyDigests, type Digests } from './body-digests.ts'
import { BodySink } from './body-sink.ts'
import { checkValue, type ExpectedDigests, readExpectedDigests } from './expected-digests.ts'

/** A body that came whole and is what its request says. */
export interface ReceivedBody extends Digests {
  readonly body: NewBody
  readonly sizeBytes: number
}

const maxSizeBytes = 5 * 2 ** 30

/**
 * Takes the body of a request, and checks its length and every digest that the request states.
 *
 * @throws S3Error MissingContentLength, EntityTooLarge, IncompleteBody, InvalidDigest, BadDigest, XAmzContentSHA256Mismatch, InvalidRequest.
 * @throws SignatureError for a signed chunk that does not match.
 */
export async function receiveBody(
  request: S3Request,
  storage: StorageFolder,
  expected: ExpectedDigests = readExpectedDigests(request),
): Promise<ReceivedBody> {
  const sizeBytes = statedSize(request)
  const digests = new BodyDigests(expected)
  const sink = new BodySink(storage)
  const take = (data: Buffer): void => {
    digests.update(data)
    sink.push(data)
  }
  try {
    const decoder = createDecoder(request, take)
    await pump(request, sink, decoder ? (data) => decoder.push(data) : take)
    decoder?.end()
    if (sink.sizeBytes !== sizeBytes) throw new S3Error('IncompleteBody')
    const checked = digests.end(trailingValue(expected, decoder))
    return { ...checked, body: await sink.end(), sizeBytes }
  } catch (error) {
    await sink.discard()
    if (error instanceof AwsChunkedError) throw new S3Error('IncompleteBody', { message: error.message })
    throw error
  }
}

/** Removes what a received body holds on disk, when it did not become an object. */
export function discardBody({ body }: ReceivedBody, storage: StorageFolder): void {
  if ('file' in body) storage.discard(body.file)
}

const isChunked = ({ signature }: S3Request): boolean => signature.payloadHash.startsWith('STREAMING-')

function statedSize(request: S3Request): number {
  const text = headerOf(request, isChunked(request) ? 'x-amz-decoded-content-length' : 'content-length')
  if (text === undefined || !/^\d+$/.test(text)) {
    // A request without either has no body.
    if (!isChunked(request) && request.headers['transfer-encoding'] === undefined && request.incoming.method !== 'PUT') return 0
    throw new S3Error('MissingContentLength')
  }
  const size = Number(text)
  if (size > maxSizeBytes) throw new S3Error('EntityTooLarge', { details: { ProposedSize: text, MaxSizeAllowed: maxSizeBytes } })
  return size
}

function createDecoder(request: S3Request, onData: (data: Buffer) => void): AwsChunkedDecoder | undefined {
  if (!isChunked(request)) return undefined
  const { payloadHash } = request.signature
  return new AwsChunkedDecoder({
    onData,
    signatures: payloadHash.includes('AWS4-HMAC') ? new ChunkSignatures(request.signature) : undefined,
    trailer: payloadHash.endsWith('-TRAILER'),
  })
}

function trailingValue({ checksum }: ExpectedDigests, decoder: AwsChunkedDecoder | undefined): string | undefined {
  if (!checksum?.trailing) return undefined
  const value = decoder?.trailers.get(checksumHeader(checksum.algorithm))
  if (value === undefined)
    throw new S3Error('InvalidRequest', { message: 'The trailing checksum that x-amz-trailer announces did not come.' })
  checkValue(checksum.algorithm, value)
  return value
}

function pump({ incoming, sendContinue }: S3Request, sink: BodySink, take: (data: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      incoming.off('data', onData)
      // What still comes is read and dropped, so that the client gets to read the answer.
      incoming.resume()
      reject(error)
    }
    const onData = (data: Buffer): void => {
      try {
        take(data)
      } catch (error) {
        fail(error)
        return
      }
      if (!sink.isFull) return
      incoming.pause()
      sink.drained().then(() => incoming.resume(), fail)
    }
    incoming.on('data', onData)
    incoming.once('end', resolve)
    // A client that goes in the middle: no one reads the answer, but nothing may be stored.
    incoming.once('error', () => reject(new S3Error('IncompleteBody')))
    incoming.once('close', () => {
      if (!incoming.complete) reject(new S3Error('IncompleteBody'))
    })
    sendContinue()
  })
}
