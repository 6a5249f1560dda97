/** What an element holds: text, elements, or one element of its name for each value of a list. `undefined` leaves it out. */
export type XmlContent = string | number | boolean | undefined | XmlElements | readonly XmlContent[]

/** Elements by name, written in the order of the properties. */
export interface XmlElements {
  readonly [name: string]: XmlContent
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** A document of S3's namespace. */
export function writeXml(root: string, content: XmlElements | string): string {
  const inner = typeof content === 'string' ? escapeXml(content) : writeElements(content)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${inner}</${root}>`
}

/** A document without a namespace, as S3's errors are. */
export function writePlainXml(root: string, content: XmlElements): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${writeElements(content)}</${root}>`
}

/** Text as the content of an element. Control characters become references, as S3 writes them, though XML 1.0 knows no such thing. */
export function escapeXml(text: string): string {
  return needsEscape.test(text) ? text.replace(escapable, escapeOne) : text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: keys of objects may hold control characters
const needsEscape = /[&<>"'\u0000-\u001f\u007f\ufffe\uffff]/
const escapable = new RegExp(needsEscape, 'g')
const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

const escapeOne = (char: string): string => named[char] ?? `&#x${char.charCodeAt(0).toString(16)};`

function writeElements(content: XmlElements): string {
  let text = ''
  for (const name in content) text += writeElement(name, content[name])
  return text
}

function writeElement(name: string, content: XmlContent): string {
  if (content === undefined) return ''
  if (typeof content === 'string') return content === '' ? `<${name}/>` : `<${name}>${escapeXml(content)}</${name}>`
  if (typeof content !== 'object') return `<${name}>${content}</${name}>`
  if (Array.isArray(content)) return content.map((each) => writeElement(name, each)).join('')
  return `<${name}>${writeElements(content as XmlElements)}</${name}>`
}
