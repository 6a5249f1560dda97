/**
 * What went wrong, as a stable word.
 *
 * - `not-found`: no such object, or no such multipart upload. `bucket-not-found`: no such bucket.
 * - `forbidden`: the keys are valid and may not do this; also what S3 answers for a missing object when the keys may not list the bucket.
 * - `invalid-credentials`: S3 does not know these keys, or the secret is wrong. `expired-credentials`: they were valid once.
 *   `credentials-unavailable`: there are none. `clock-skew`: this machine's clock is too far from the server's.
 * - `precondition-failed`: the object is not what the request asked for (If-Match, a date). `already-exists`: a write that creates only found an object, or a bucket exists.
 * - `range-not-satisfiable`: the range begins after the object's end. `changed`: the object or the file was replaced while it was read.
 * - `corrupt-body`: the bytes are not those that were stored, or the server did not receive those that were sent.
 * - `throttled`, `server-error`, `connection-failed`, `timeout`: the service or the way to it; they were tried again before they were thrown.
 * - `protocol`: the answer is not what S3 answers. `wrong-region`: the bucket is in another region. `archived`: the object must be restored first.
 * - `conflict`: another operation on the same object or bucket is under way. `invalid-request`: S3 rejects the request as it is. `unsupported`: this server cannot do it.
 * - `aborted`: ended by the caller, where that left something behind that the message names.
 */
export type S3ErrorCode =
  | 'aborted'
  | 'already-exists'
  | 'archived'
  | 'bucket-not-found'
  | 'changed'
  | 'clock-skew'
  | 'conflict'
  | 'connection-failed'
  | 'corrupt-body'
  | 'credentials-unavailable'
  | 'expired-credentials'
  | 'forbidden'
  | 'invalid-credentials'
  | 'invalid-request'
  | 'not-found'
  | 'precondition-failed'
  | 'protocol'
  | 'range-not-satisfiable'
  | 'server-error'
  | 'throttled'
  | 'timeout'
  | 'unsupported'
  | 'wrong-region'
