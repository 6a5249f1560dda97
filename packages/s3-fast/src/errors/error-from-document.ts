import type { XmlDocument } from '../xml/xml-document.ts'
import { type AnswerFacts, answerError } from './answer-error.ts'
import type { RequestSubject } from './request-subject.ts'
import type { S3Error } from './s3-error.ts'

/** The failure that an error's document with status 200 tells of. @throws SyntaxError for a document that is not whole. */
export function errorFromDocument(document: XmlDocument, subject: RequestSubject): S3Error {
  return answerError({ status: 200, ...factsOfDocument(document) }, subject)
}

/** What an error's document says: "REST error responses", Amazon S3 API reference. @throws SyntaxError. */
export function factsOfDocument(document: XmlDocument): Omit<AnswerFacts, 'status'> {
  return {
    serviceCode: document.get('Code'),
    serviceMessage: document.get('Message'),
    requestId: document.get('RequestId'),
    region: document.get('Region'),
    // Of RequestTimeTooSkewed, and more exact than the header.
    serverTime: readTime(document.get('ServerTime')),
  }
}

function readTime(text: string | undefined): Date | undefined {
  const time = text === undefined ? undefined : new Date(text)
  return time && !Number.isNaN(time.getTime()) ? time : undefined
}
