import { S3Error } from '../s3-error.ts'
import { headerOf, type S3Request } from '../s3-request.ts'
import type { ObjectRecord } from '../storage/object-record.ts'
import { type Conditions, decideRead, decideWrite } from './conditions.ts'

/**
 * The conditions under which an object may be written.
 *
 * @throws S3Error NotImplemented for an `If-None-Match` that is not `*`, which S3 does not have for writes.
 */
export function writeConditions(request: S3Request): Conditions {
  const ifNoneMatch = headerOf(request, 'if-none-match')
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw new S3Error('NotImplemented', { details: { Header: 'If-None-Match' } })
  return { ifMatch: headerOf(request, 'if-match'), ifNoneMatch }
}

/** @throws S3Error PreconditionFailed, or NoSuchKey where there is nothing that `If-Match` could match. */
export function checkWrite(object: ObjectRecord | undefined, key: string, conditions: Conditions): void {
  const decision = decideWrite(object, conditions)
  if (decision === 'proceed') return
  if (decision === 'missing') throw new S3Error('NoSuchKey', { details: { Key: key } })
  throw new S3Error('PreconditionFailed', { details: { Condition: decision.failed } })
}

/** @throws S3Error PreconditionFailed where the source of a copy does not meet the request's conditions. */
export function checkCopySource(object: ObjectRecord, request: S3Request, nowMs: number): void {
  const header = (name: string): string | undefined => headerOf(request, `x-amz-copy-source-if-${name}`)
  const decision = decideRead(
    object,
    {
      ifMatch: header('match'),
      ifNoneMatch: header('none-match'),
      ifModifiedSince: header('modified-since'),
      ifUnmodifiedSince: header('unmodified-since'),
    },
    nowMs,
  )
  if (decision !== 'proceed') throw new S3Error('PreconditionFailed')
}
