/** Digits that may be more than a number holds, or an exponent that may be. */
const suspicious = /\d{16}|[eE]\+?\d{3}/
const wholeNumber = /^-?\d+$/

/**
 * Parses JSON, and refuses numbers that would not be what was written: an identifier of 19 digits must not become another one.
 *
 * @throws RangeError or SyntaxError that says why.
 */
export function parseJson(text: string): unknown {
  if (!suspicious.test(text)) return JSON.parse(text)
  return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value === 'number' && isChanged(value, context?.source ?? String(value)))
      throw new RangeError(`JavaScript cannot hold the number ${context?.source}. Put it in quotes`)
    return value
  })
}

function isChanged(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true
  return wholeNumber.test(source) && String(value) !== source && BigInt(source) !== BigInt(value)
}
