/** What goes into a header as it is: printable ASCII without surrounding space, and nothing that reads like an encoded word. */
const plain = /^(?!.*=\?)[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/

/** 45 bytes are 60 characters of base64, which with their frame stay under the 75 that an encoded word may have. */
const wordBytes = 45

/**
 * A value of metadata as S3 takes and gives it: ASCII as it is, everything else as encoded words.
 *
 * See RFC 2047, section 2, and "Working with object metadata" in the S3 user guide.
 */
export function textToHeader(text: string): string {
  if (text === '' || plain.test(text)) return text
  const words: string[] = []
  let word = ''
  let sizeBytes = 0
  for (const character of text) {
    const more = Buffer.byteLength(character)
    if (sizeBytes + more > wordBytes) {
      words.push(encodedWord(word))
      word = ''
      sizeBytes = 0
    }
    word += character
    sizeBytes += more
  }
  words.push(encodedWord(word))
  return words.join(' ')
}

/** The value that `textToHeader` made; other text, and words in an encoding that is not known, stay as they are. */
export function headerToText(header: string): string {
  if (!header.includes('=?')) return decodeLatin1(header)
  // Space between two encoded words belongs to neither.
  const joined = header.replaceAll(/\?=[ \t]+(?==\?)/g, '?=')
  const words = joined.replaceAll(/(=\?utf-8\?b\?[A-Za-z0-9+/=]*\?=)+/gi, (run) => {
    const pieces = [...run.matchAll(/=\?utf-8\?b\?([^?]*)\?=/gi)].map(([, base64 = '']) => Buffer.from(base64, 'base64'))
    return Buffer.concat(pieces).toString('utf8')
  })
  return words.replaceAll(/=\?utf-8\?q\?([\x21-\x3e\x40-\x7e]*)\?=/gi, (_, quoted: string) => decodeQuoted(quoted))
}

const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`

function decodeQuoted(quoted: string): string {
  const bytes = quoted
    .replaceAll('_', ' ')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** Some servers send UTF-8 in headers, which are read as Latin-1. */
function decodeLatin1(header: string): string {
  if (!/[\x80-\xff]/.test(header)) return header
  const decoded = Buffer.from(header, 'latin1').toString('utf8')
  return decoded.includes('\ufffd') ? header : decoded
}
