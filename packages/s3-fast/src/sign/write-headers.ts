type Header = readonly [name: string, value: string]

/** The headers of a request as text. */
export interface HeaderText {
  /** As they are sent: `name: value\r\n` each. */
  readonly block: string
  /** As they are signed: `name:value\n` each, sorted. */
  readonly canonical: string
  /** Sorted, `;` between. */
  readonly names: string
  /** What is sent is Latin-1: only of ASCII are the bytes those of UTF-8. */
  readonly isAscii: boolean
}

/**
 * Headers sorted by name, as SigV4 wants them: "Create a canonical request", IAM user guide.
 *
 * @param own Sorted, and of ASCII.
 * @param headers Names in lower case, in any order; values of Latin-1.
 * @throws TypeError for a value that would break the block.
 */
export function writeHeaders(own: readonly Header[], headers: readonly Header[]): HeaderText {
  const sorted = headers.length > 1 ? [...headers].sort(byName) : headers
  let block = ''
  let canonical = ''
  let names = ''
  let isAscii = true
  for (let ownAt = 0, at = 0; ownAt < own.length || at < sorted.length; ) {
    const next = sorted[at]
    const ownNext = own[ownAt]
    const isOwn = ownNext !== undefined && (next === undefined || ownNext[0] < next[0])
    const header = (isOwn ? ownNext : next) as Header
    const name = header[0]
    const value = header[1]
    if (isOwn) ownAt += 1
    else at += 1
    let signedValue = value
    if (!isPlain.test(value)) {
      if (!isHeaderValue.test(value))
        throw new TypeError(`The header ${JSON.stringify(name)} cannot be sent: its value has a line break or characters beyond Latin-1.`)
      isAscii &&= isAsciiValue.test(value)
      // Space around a value is not signed, and several spaces are one.
      signedValue = value.replaceAll(/[\t ]+/g, ' ').trim()
    }
    block += `${name}: ${value}\r\n`
    canonical += `${name}:${signedValue}\n`
    names += names === '' ? name : `;${name}`
  }
  return { block, canonical, names, isAscii }
}

const byName = ([a]: Header, [b]: Header): number => (a < b ? -1 : 1)

const isPlain = /^[\x21-\x7e]*$/
const isHeaderValue = /^[\t\x20-\x7e\x80-\xff]*$/
const isAsciiValue = /^[\t\x20-\x7e]*$/
