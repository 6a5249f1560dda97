import { SignatureError } from '../../sigv4/signature-error.ts'
import { S3Error } from '../s3-error.ts'
import { writePlainXml } from '../xml/write-xml.ts'
import type { Answer } from './answer.ts'

/** An error as S3 answers it. What is no S3Error and no SignatureError is an InternalError, with its message. */
export function errorAnswer(error: unknown, rawPath: string): Answer {
  const told = toS3Error(error)
  return {
    status: told.status,
    headers: { 'Content-Type': 'application/xml' },
    body: Buffer.from(
      writePlainXml('Error', { Code: told.code, Message: told.message, ...told.details, Resource: rawPath, HostId: 'devstack' }),
    ),
  }
}

/** Whether an error is one that requests can cause. */
export function isExpected(error: unknown): boolean {
  return error instanceof S3Error || error instanceof SignatureError
}

function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error
  if (error instanceof SignatureError) return new S3Error(error.code, { message: error.message, details: error.details })
  return new S3Error('InternalError', {
    message: `We encountered an internal error: ${error instanceof Error ? error.message : String(error)}`,
  })
}
