import { encodeXmlText, fitsXml } from './xml-text.ts'

/**
 * The document that asks DeleteObjects to delete these keys and to tell only of failures. At most 1,000 keys.
 *
 * @throws RangeError for more keys, and for one that no XML can hold (see `fitsXml`): it needs a request of its own.
 */
export function writeDelete(keys: readonly string[]): string {
  if (keys.length > 1_000) throw new RangeError(`One request deletes at most 1,000 objects, not ${keys.length}.`)
  let text = '<?xml version="1.0" encoding="UTF-8"?>\n<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet>'
  for (const key of keys) {
    if (!fitsXml(key)) throw new RangeError(`${JSON.stringify(key)} has characters that XML cannot hold.`)
    text += `<Object><Key>${encodeXmlText(key)}</Key></Object>`
  }
  return `${text}</Delete>`
}
