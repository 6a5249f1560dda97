import { MillraceError } from '@millrace/core-graph'

/** Makes the error for a file that cannot be included: why, and what to do. */
export type Refuse = (why: string, next: string, cause?: unknown) => MillraceError

/** Makes the errors for the file that the user calls `path`. */
export function refuser(path: string): Refuse {
  return (why, next, cause) =>
    new MillraceError('invalid-parameter', `Could not include the file ${JSON.stringify(path)}: ${why}. ${next}`, {
      subject: path,
      ...(cause === undefined ? {} : { cause }),
    })
}
