/** An element of a document: its name without a prefix, the elements in it, and its own text. */
export interface XmlNode {
  readonly name: string
  readonly children: readonly XmlNode[]
  readonly text: string
}

/** A document that is not well formed, or is not for us: with a document type, or too deep. */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

interface OpenNode {
  readonly name: string
  readonly children: OpenNode[]
  text: string
}

const maxDepth = 16
const space = /[ \t\r\n]/
const tagForm = /^(?<prefix>[^\s/>:]+:)?(?<name>[^\s/>:]+)(?:\s+[^\s=>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(?<empty>\/)?$/
const closingForm = /^(?:[^\s/>:]+:)?(?<name>[^\s/>:]+)\s*$/

/**
 * Parses a small document: elements, text, comments, CDATA; attributes and prefixes are passed over. Control characters are taken as
 * they are, because keys may hold them. A document type is refused, so that no entity is ever expanded.
 *
 * @throws XmlError
 */
export function parseXml(document: string): XmlNode {
  const top: OpenNode = { name: '', children: [], text: '' }
  const open: OpenNode[] = [top]
  let at = document.startsWith('\ufeff') ? 1 : 0
  while (at < document.length) {
    const current = open.at(-1) ?? top
    const less = document.indexOf('<', at)
    const text = document.slice(at, less === -1 ? undefined : less)
    if (text !== '') current.text += unescapeXml(text)
    if (less === -1) break
    at = less + 1
    if (document.startsWith('!--', at)) at = after(document, '-->', at + 3)
    else if (document.startsWith('?', at)) at = after(document, '?>', at)
    else if (document.startsWith('![CDATA[', at)) {
      const end = after(document, ']]>', at)
      current.text += document.slice(at + 8, end - 3)
      at = end
    } else if (document.startsWith('!', at)) throw new XmlError('A document type is not allowed.')
    else {
      const end = after(document, '>', at)
      takeTag(document.slice(at, end - 1), open)
      at = end
    }
  }
  const root = top.children[0]
  if (open.length > 1 || !root) throw new XmlError('The document ends too early.')
  if (top.children.length > 1 || [...top.text].some((char) => !space.test(char))) throw new XmlError('There is something beside the root.')
  return root
}

/** The first element of this name inside a node, or `undefined`. */
export function childOf(node: XmlNode, name: string): XmlNode | undefined {
  return node.children.find((child) => child.name === name)
}

/** The text of the first element of this name inside a node, or `undefined`. */
export function textOf(node: XmlNode, name: string): string | undefined {
  return childOf(node, name)?.text
}

function after(document: string, mark: string, from: number): number {
  const at = document.indexOf(mark, from)
  if (at === -1) throw new XmlError('The document ends too early.')
  return at + mark.length
}

function takeTag(tag: string, open: OpenNode[]): void {
  if (tag.startsWith('/')) {
    const name = closingForm.exec(tag.slice(1))?.groups?.name
    const closed = open.length > 1 ? open.pop() : undefined
    if (name === undefined || closed?.name !== name) throw new XmlError(`</${tag.slice(1, 100)}> closes no open element.`)
    return
  }
  const { name, empty } = tagForm.exec(tag)?.groups ?? {}
  if (name === undefined) throw new XmlError(`<${tag.slice(0, 100)}> is not an element.`)
  const node: OpenNode = { name, children: [], text: '' }
  open.at(-1)?.children.push(node)
  if (empty === undefined) open.push(node)
  if (open.length > maxDepth) throw new XmlError('The document is too deep.')
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    const number = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name)
    const code = number ? Number.parseInt(number[1] ?? number[2] ?? '', number[1] === undefined ? 10 : 16) : undefined
    const char = code === undefined ? entities[name] : code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined
    if (char === undefined || !whole.endsWith(';')) throw new XmlError(`${whole.slice(0, 20)} is not a reference that is known here.`)
    return char
  })
}
