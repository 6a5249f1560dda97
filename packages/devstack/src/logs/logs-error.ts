/** The codes that CloudWatch Logs answers. */
export type LogsErrorCode =
  | 'InvalidParameterException'
  | 'ResourceNotFoundException'
  | 'ServiceUnavailableException'
  | 'ThrottlingException'
  | 'UnknownOperationException'

/** An error that is answered to a request. */
export class LogsError extends Error {
  override readonly name = 'LogsError'
  readonly code: LogsErrorCode

  constructor(code: LogsErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
