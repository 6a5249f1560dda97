// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant
const ascii = /^[\u0000-\u007f]*$/

/**
 * A key in the form in which it is sorted: one character for each byte of its UTF-8 form, so that strings compare as S3 compares keys.
 * A key of ASCII is its own sort key.
 */
export function keyToSortKey(key: string): string {
  return ascii.test(key) ? key : Buffer.from(key, 'utf8').toString('latin1')
}

/** The key again. */
export function sortKeyToKey(sortKey: string): string {
  return ascii.test(sortKey) ? sortKey : Buffer.from(sortKey, 'latin1').toString('utf8')
}

/** Sorts behind every sort key that begins with `prefix`, and before every other one that is greater. */
export function endOfPrefix(prefix: string): string {
  return `${prefix}\u0100`
}
