import type { XmlDocument } from './xml-document.ts'

/** A whole number of bytes or things. @throws SyntaxError. */
export function readInteger(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new SyntaxError(`"${text}" is no whole number`)
  return value
}

/** An instant as ISO 8601. @throws SyntaxError. */
export function readDate(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime()) || !/^\d{4}-\d\d-\d\dT/.test(text)) throw new SyntaxError(`"${text}" is no instant`)
  return date
}

/** Whether more pages follow. It must be said: a listing that ends early without a word is data that is lost. @throws SyntaxError. */
export function readTruncated(document: XmlDocument): boolean {
  const text = document.require('IsTruncated')
  if (text !== 'true' && text !== 'false') throw new SyntaxError(`<IsTruncated> is "${text}"`)
  return text === 'true'
}
