const unreserved = /^[A-Za-z0-9\-._~]*$/
const reservedButKept = /[!'()*]/g

/** Percent-encodes every byte of the UTF-8 form of `text` but `A-Z a-z 0-9 - . _ ~`, as signatures and `encoding-type=url` ask for. */
export function uriEncode(text: string): string {
  if (unreserved.test(text)) return text
  return encodeURIComponent(text).replace(reservedButKept, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The same, except that `/` stays as it is. */
export function uriEncodePath(text: string): string {
  return text.includes('/') ? text.split('/').map(uriEncode).join('/') : uriEncode(text)
}

/**
 * Undoes percent-encoding.
 *
 * @throws URIError where a percent sign is not followed by two hexadecimal digits, or the bytes are not UTF-8.
 */
export function uriDecode(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text
}
