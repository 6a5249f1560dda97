const plain = /^[\w$-][\w$.-]{0,254}(?:\/[\w$-][\w$.-]{0,254})*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const refused = /[\\\u0000-\u001F\u007F-\u009F]/

/**
 * Checks that `key` can name an object, so that none from outside leaves the store; see `ObjectStore` for the rules.
 *
 * @throws TypeError that says which segment is wrong and why.
 */
export function checkKey(key: string): void {
  if (plain.test(key)) return
  for (const segment of key.split('/')) {
    const problem = problemOf(segment)
    if (problem) throw new TypeError(`Could not use ${JSON.stringify(key)} as a key: the segment ${JSON.stringify(segment)} ${problem}.`)
  }
}

/** As {@link checkKey}, for what `list` takes: `''` is every key. */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkKey(prefix)
}

function problemOf(segment: string): string | undefined {
  if (segment === '') return 'is empty'
  if (segment === '.' || segment === '..') return 'would lead to another folder'
  if (refused.test(segment)) return 'holds a backslash or a control character'
  if (!segment.isWellFormed()) return 'holds half of a surrogate pair'
  if (Buffer.byteLength(segment) > 255) return 'is longer than 255 bytes, which file systems do not take'
  return undefined
}
