import { MillraceError } from '@millrace/core-graph'

/** The error for settings that cannot be used; `subject` is the file or the variable, and each problem a line of the message. */
export function invalidSetting(subject: string, problems: string | readonly string[]): MillraceError {
  return new MillraceError('invalid-setting', typeof problems === 'string' ? problems : problems.join('\n'), { subject })
}
