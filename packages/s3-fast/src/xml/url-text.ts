/**
 * The key that `encoding-type=url` wrote: percent-encoded UTF-8, with `+` for a space.
 *
 * @throws SyntaxError for what no key encodes to.
 */
function decodeUrlText(text: string): string {
  try {
    return text.includes('%') || text.includes('+') ? decodeURIComponent(text.replaceAll('+', ' ')) : text
  } catch (cause) {
    throw new SyntaxError(`"${text}" is not percent-encoded UTF-8`, { cause })
  }
}

/** How the keys of a document are to be read: `encoding-type=url` is asked for, and not every server does it. @throws SyntaxError for an encoding that is unknown. */
export function keyDecoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined || encodingType === '') return (text) => text
  if (encodingType === 'url') return decodeUrlText
  throw new SyntaxError(`its keys have the encoding "${encodingType}"`)
}
