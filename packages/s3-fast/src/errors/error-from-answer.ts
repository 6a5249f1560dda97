import type { HttpHead, HttpResponse } from '../http/http-client-seam.ts'
import { XmlDocument } from '../xml/xml-document.ts'
import { type AnswerFacts, answerError } from './answer-error.ts'
import { factsOfDocument } from './error-from-document.ts'
import type { RequestSubject } from './request-subject.ts'
import type { S3Error } from './s3-error.ts'

/**
 * The failure that an answer of any status but 2xx tells of.
 *
 * The answer to a HEAD has no body, so a 404 is `not-found` whether the object or the bucket is missing, and 403 and 400 say no more than that.
 * `isBucketMissing` tells the first two apart.
 */
export function errorFromAnswer(response: HttpResponse, subject: RequestSubject): S3Error {
  return answerError({ ...factsOfHead(response), ...definedFacts(response.body) }, subject)
}

function factsOfHead(head: HttpHead): AnswerFacts {
  return {
    status: head.status,
    requestId: head.header('x-amz-request-id'),
    region: head.header('x-amz-bucket-region'),
    serverTime: parseDate(head.header('date')),
    retryAfterMs: parseRetryAfter(head),
  }
}

/** An error without a readable document still has its status. */
function definedFacts(body: Buffer): Partial<AnswerFacts> {
  if (body.length === 0) return {}
  try {
    const document = new XmlDocument(body)
    if (document.root !== 'Error') return {}
    return Object.fromEntries(Object.entries(factsOfDocument(document)).filter(([, value]) => value !== undefined))
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

function parseDate(text: string | undefined): Date | undefined {
  const date = text === undefined ? undefined : new Date(text)
  return date && !Number.isNaN(date.getTime()) ? date : undefined
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function parseRetryAfter(head: HttpHead): number | undefined {
  const text = head.header('retry-after')
  if (text === undefined) return undefined
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1_000
  const until = parseDate(text)
  const now = parseDate(head.header('date'))
  return until && now ? Math.max(0, until.getTime() - now.getTime()) : undefined
}
