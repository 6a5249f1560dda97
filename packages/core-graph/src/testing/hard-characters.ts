/**
 * Characters on which code that handles text goes wrong, for property tests: `fc.string({ unit: fc.constantFrom(...hardCharacters) })`.
 *
 * NUL and other controls, what quotes and paths give a meaning, marks that join or turn round, the byte order mark, both sides of every place where UTF-8 or UTF-16
 * gets a unit longer. None is half of a surrogate pair.
 */
export const hardCharacters: readonly string[] = [
  ...['\0', '\t', '\n', '\r', '\u001B', ' ', '"', "'", '$', '.', '/', '\\', '0', 'A', 'z', '~'],
  ...['\u007F', '\u0080', '\u0085', '\u00A0', 'é', '\u0301', '\u07FF', '\u0800', '日', '\u200D', '\u202E', '\u2028'],
  ...['\uD7FF', '\uE000', '\uFEFF', '\uFFFD', '\uFFFE', '\uFFFF', '\u{10000}', '😀', '\u{1F1EB}', '\u{10FFFF}'],
]
