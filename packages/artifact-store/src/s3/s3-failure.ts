import { type ErrorCode, MillraceError } from '@millrace/core-graph'
import { S3Error, type S3ErrorCode } from '@millrace/s3-fast'

interface Attempt {
  readonly action: 'store' | 'read' | 'list' | 'delete'
  readonly key: string
  readonly url: string
}

/** The error of S3 as one that names the datastore's key, with S3's own as its cause; any other error as it is. */
export function s3Failure(error: unknown, { action, key, url }: Attempt): unknown {
  if (!S3Error.is(error)) return error
  const what = `Could not ${action} ${key === '' ? 'what there is' : JSON.stringify(key)} in the datastore ${url}`
  return new MillraceError(codeOf(error.code, action), `${what}. ${error.message}`, {
    subject: key,
    retryable: error.retryable,
    cause: error,
  })
}

function codeOf(code: S3ErrorCode, action: Attempt['action']): ErrorCode {
  const isChange = action === 'store' || action === 'delete'
  return isChange && code === 'forbidden' ? 'not-writable' : 'store-failed'
}
