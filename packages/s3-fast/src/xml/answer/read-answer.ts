import { errorFromDocument } from '../../errors/error-from-document.ts'
import { type RequestSubject, subjectUrl } from '../../errors/request-subject.ts'
import { S3Error } from '../../errors/s3-error.ts'
import { XmlDocument } from '../xml-document.ts'

/**
 * Reads an answer of status 200 that must be a document with this root, or one of these.
 *
 * S3 may begin to answer before it knows the end of a long operation: then status 200 comes with an error's document.
 *
 * @throws S3Error: what an error's document says; `protocol` for any other document and for one that ends early.
 */
export function readAnswer<T>(body: Buffer, { root, subject, read }: AnswerShape<T>): T {
  let error: unknown
  try {
    const document = new XmlDocument(body)
    const roots = typeof root === 'string' ? [root] : root
    if (roots.includes(document.root)) return read(document)
    if (document.root === 'Error') error = errorFromDocument(document, subject)
    else throw new SyntaxError(`it is a ${document.root}, not a ${roots.join(' or a ')}`)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const message = `Could not ${subject.action} ${subjectUrl(subject)}: the server's answer is not the XML of S3: ${cause.message}. Is the endpoint an S3 service?`
    error = new S3Error({ code: 'protocol', message, retryable: true, status: 200, bucket: subject.bucket, key: subject.key, cause })
  }
  throw error
}

interface AnswerShape<T> {
  readonly root: string | readonly string[]
  readonly subject: RequestSubject
  /** May throw SyntaxError. */
  readonly read: (document: XmlDocument) => T
}
