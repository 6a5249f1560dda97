import { isAscii } from 'node:buffer'
import { decodeXmlText } from './xml-text.ts'

/**
 * One of S3's documents, read by searching for its tags. That is exact for what S3 writes: elements without attributes below the root, text without a bare `<`,
 * no comments, no CDATA, no processing instructions after the first. Anything else is a SyntaxError, and so is a document that ends early.
 */
export class XmlDocument {
  readonly text: string
  /** Name of the root element. */
  readonly root: string

  /** @param bytes UTF-8. @throws SyntaxError. */
  constructor(bytes: Buffer) {
    // Most are ASCII, which is decoded several times as fast as UTF-8.
    const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')
    const opening = /^\uFEFF?\s*(?:<\?xml[^<>]*\?>)?\s*<([A-Za-z]\w*)(\s[^<>]*)?>/.exec(text)
    const root = opening?.[1]
    if (root === undefined) throw new SyntaxError('it is no XML document')
    if (text.includes('<!')) throw new SyntaxError('it has a comment, CDATA or a document type')
    if (!opening?.[2]?.endsWith('/') && !text.trimEnd().endsWith(`</${root}>`)) throw new SyntaxError(`it ends before </${root}>`)
    this.text = text
    this.root = root
  }

  /** The text of the first element of this name; `undefined` where there is none. */
  get(name: string): string | undefined {
    return this.between(name, { start: 0, end: this.text.length })
  }

  /** The same within a part of the document. */
  between(name: string, { start, end }: XmlSpan): string | undefined {
    const { text } = this
    const { opening, closing, empty } = tagsOf(name)
    const open = text.indexOf(opening, start)
    if (open === -1 || open >= end) return text.slice(start, end).includes(empty) ? '' : undefined
    const from = open + opening.length
    const to = text.indexOf('<', from)
    if (to === -1 || to >= end || !text.startsWith(closing, to)) throw new SyntaxError(`<${name}> holds more than text`)
    return decodeXmlText(text.slice(from, to))
  }

  /** As `between`; the element must be there. @throws SyntaxError. */
  require(name: string, span: XmlSpan = { start: 0, end: this.text.length }): string {
    const found = this.between(name, span)
    if (found === undefined) throw new SyntaxError(`<${name}> is missing`)
    return found
  }

  /** Where the contents of every element of this name are, in order. Elements of one name never hold each other. @throws SyntaxError for one that does not end. */
  *spans(name: string): Generator<XmlSpan> {
    const { text } = this
    const { opening, closing } = tagsOf(name)
    for (let open = text.indexOf(opening); open !== -1; ) {
      const start = open + opening.length
      const end = text.indexOf(closing, start)
      if (end === -1) throw new SyntaxError(`<${name}> does not end`)
      open = text.indexOf(opening, start)
      if (open !== -1 && open < end) throw new SyntaxError(`<${name}> is inside <${name}>`)
      yield { start, end }
    }
  }
}

interface Tags {
  readonly opening: string
  readonly closing: string
  readonly empty: string
}

/** Made once for each name: a listing looks for thousands. */
const tags = new Map<string, Tags>()

function tagsOf(name: string): Tags {
  let found = tags.get(name)
  if (!found) {
    found = { opening: `<${name}>`, closing: `</${name}>`, empty: `<${name}/>` }
    tags.set(name, found)
  }
  return found
}

/** A run of characters of a document: from `start` up to `end`. */
export interface XmlSpan {
  readonly start: number
  readonly end: number
}
