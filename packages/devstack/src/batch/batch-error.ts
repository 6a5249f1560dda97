/** The codes that Batch answers, with their HTTP status. Source: https://docs.aws.amazon.com/batch/latest/APIReference/CommonErrors.html */
const statuses = {
  AccessDeniedException: 403,
  ClientException: 400,
  ExpiredTokenException: 403,
  IncompleteSignature: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ServerException: 500,
  TooManyRequestsException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
} as const

/** Why Batch refuses a request. */
export type BatchErrorCode = keyof typeof statuses

/** An error that is answered to a request. */
export class BatchError extends Error {
  override readonly name = 'BatchError'
  readonly code: BatchErrorCode
  readonly status: number

  constructor(code: BatchErrorCode, message: string) {
    super(message)
    this.code = code
    this.status = statuses[code]
  }
}

/** A request that makes no sense, in the words of Batch. */
export function clientError(message: string): BatchError {
  return new BatchError('ClientException', message)
}
