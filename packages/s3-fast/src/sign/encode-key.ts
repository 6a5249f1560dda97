/**
 * A key as the path of a request: each byte of its UTF-8 outside `A-Z a-z 0-9 - . _ ~ /` percent-encoded, once, as S3 wants it signed and sent.
 * Nothing is normalised: `a//b`, `.` and `..` are keys as any other.
 *
 * @throws TypeError for half of a surrogate pair, which UTF-8 cannot hold.
 */
export function encodeKey(key: string): string {
  return plainKey.test(key) ? key : encodeText(key).replaceAll('%2F', '/')
}

/** A name or a value of a query: as a key, and `/` is encoded too. @throws TypeError. */
function encodeQueryText(text: string): string {
  return plainText.test(text) ? text : encodeText(text)
}

/** A query as it is signed and sent: sorted by encoded name, `name=` for an empty value, without `?`. @throws TypeError. */
export function encodeQuery(query: readonly (readonly [name: string, value: string])[]): string {
  if (query.length === 0) return ''
  const encoded = query.map(([name, value]) => `${encodeQueryText(name)}=${encodeQueryText(value)}`)
  // "=" sorts after what may be in a name, so the names are compared alone: "a-b" comes after "a".
  return encoded.length === 1 ? (encoded[0] as string) : encoded.sort(byNameThenValue).join('&')
}

const plainKey = /^[\w.~/-]*$/
const plainText = /^[\w.~-]*$/

function encodeText(text: string): string {
  if (!text.isWellFormed()) throw new TypeError(`${JSON.stringify(text)} has half of a surrogate pair, which UTF-8 cannot hold.`)
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

function byNameThenValue(a: string, b: string): number {
  const [nameA, nameB] = [a.slice(0, a.indexOf('=')), b.slice(0, b.indexOf('='))]
  if (nameA !== nameB) return nameA < nameB ? -1 : 1
  return a < b ? -1 : 1
}
