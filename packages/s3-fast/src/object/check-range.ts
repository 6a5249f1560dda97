import { subjectUrl } from '../errors/request-subject.ts'
import { S3Error } from '../errors/s3-error.ts'
import type { HttpHead } from '../http/http-client-seam.ts'
import type { ObjectPlace } from './object-place.ts'
import { parseContentRange } from './object-range.ts'

/**
 * Compares what a server is about to send with what it was asked for: bytes of another range must never pass for these.
 *
 * A server may ignore a range (RFC 9110, section 14.2). Its whole object is taken where it is what the range would have been.
 *
 * @param asked The `range` header of the request.
 * @throws S3Error protocol.
 */
export function checkRange(head: HttpHead, { asked, place }: { readonly asked: string | undefined; readonly place: ObjectPlace }): void {
  const flaw = asked === undefined ? flawOfWhole(head) : flawOfRange(head, asked)
  if (flaw === undefined) return
  const message = `Could not read ${subjectUrl(place)}: ${asked ?? 'the whole object'} was asked for, and the server sent ${flaw}.`
  throw new S3Error({ code: 'protocol', message, status: head.status, bucket: place.bucket, key: place.key })
}

/** The same for the length of a body that came in chunks, which no head states. @throws S3Error corrupt-body. */
export function checkRangeLength(response: HttpHead & { readonly body: Buffer }, place: ObjectPlace): void {
  const sent = parseContentRange(response.header('content-range'))
  const { byteLength } = response.body
  if (!sent || byteLength === sent.end - sent.start) return
  const message = `Could not read ${subjectUrl(place)}: ${sent.end - sent.start} bytes were promised, and ${byteLength} came.`
  throw new S3Error({ code: 'corrupt-body', message, retryable: true, status: response.status, bucket: place.bucket, key: place.key })
}

function flawOfWhole(head: HttpHead): string | undefined {
  return head.status === 206 ? `a part of it (${head.header('content-range')})` : undefined
}

function flawOfRange(head: HttpHead, asked: string): string | undefined {
  const { contentLength } = head
  const { offset, end, suffix } = parseRange(asked)
  if (head.status !== 206) {
    const most = suffix ?? (offset === 0 ? end : 0)
    return contentLength !== undefined && contentLength <= most ? undefined : 'the whole object'
  }
  const sent = parseContentRange(head.header('content-range'))
  if (!sent) return `a part that it does not name (${head.header('content-range')})`
  const start = suffix === undefined ? offset : Math.max(0, sent.totalBytes - suffix)
  if (sent.start !== start || sent.end !== Math.min(end, sent.totalBytes)) return `another part (${head.header('content-range')})`
  return contentLength === undefined || contentLength === sent.end - sent.start
    ? undefined
    : `${contentLength} bytes of ${head.header('content-range')}`
}

/** As `rangeHeader` writes it; `end` is half-open. */
function parseRange(asked: string): { readonly offset: number; readonly end: number; readonly suffix: number | undefined } {
  const [from = '', last = ''] = asked.slice('bytes='.length).split('-')
  if (from === '') return { offset: 0, end: Number.POSITIVE_INFINITY, suffix: Number(last) }
  return { offset: Number(from), end: last === '' ? Number.POSITIVE_INFINITY : Number(last) + 1, suffix: undefined }
}
