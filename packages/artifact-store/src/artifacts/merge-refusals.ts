import { MillraceError } from '@millrace/core-graph'

/** One error that tells all of several, with the code of the first; the only one as it is. */
export function mergeRefusals(refusals: readonly MillraceError[]): MillraceError {
  const [first] = refusals
  if (!first) throw new RangeError('There is nothing to merge.')
  if (refusals.length === 1) return first
  return new MillraceError(first.code, refusals.map(({ message }) => message).join('\n'), {
    subject: refusals.flatMap(({ subject }) => subject ?? []).join(', '),
    cause: new AggregateError(refusals, `${refusals.length} artifacts cannot be stored.`),
  })
}
