const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/**
 * The text that an element's content stands for: entities and character references replaced. S3 writes control characters as references, though XML 1.0 knows no such thing.
 *
 * @throws SyntaxError for a reference that means nothing.
 */
export function decodeXmlText(content: string): string {
  if (quoted.test(content)) return `"${content.slice(6, -6)}"`
  return content.includes('&') ? content.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,8}))?;?/gi, decodeReference) : content
}

/** Every ETag of a listing is written so. */
const quoted = /^&quot;[^&]*&quot;$/

function decodeReference(reference: string, decimal?: string, hexadecimal?: string, name?: string): string {
  const text =
    name === undefined ? characterOf(decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)) : named.get(name)
  if (text === undefined || !reference.endsWith(';')) throw new SyntaxError(`"${reference}" is no reference to a character`)
  return text
}

function characterOf(code: number): string | undefined {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  return code <= 0x10ffff && !isSurrogate ? String.fromCodePoint(code) : undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these (section 2.2)
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

/** Whether XML 1.0 can hold this text. A key that it cannot hold must not go into a document: some servers reject the document, others take another key. */
export function fitsXml(text: string): boolean {
  return !unwritable.test(text) && text.isWellFormed()
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/** Text as the content of an element; white space that parsers would change is written as references. */
export function encodeXmlText(text: string): string {
  return text.replaceAll(/[&<>"\r\n\t]/g, (char) => escapes[char] ?? char)
}
