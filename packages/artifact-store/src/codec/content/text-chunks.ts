import { constants } from 'node:buffer'
import { MillraceError } from '@millrace/core-graph'
import { chunkUnits } from '../document.ts'

/**
 * Decodes UTF-8 that comes in pieces, without its byte order mark, and cuts it where a string of the same text would be cut: every {@link chunkUnits},
 * but never between the halves of a surrogate pair.
 *
 * @throws MillraceError `unserializable-artifact` for what is not UTF-8, or is longer than one string can be.
 */
export async function* textChunks(name: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const refuse = (problem: string, cause?: unknown): MillraceError =>
    new MillraceError('unserializable-artifact', `Could not store the artifact ${name}: ${problem}. Store it as bytes.`, {
      subject: name,
      cause,
    })
  const decode = (piece?: Uint8Array): string => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined })
    } catch (cause) {
      throw refuse('it is not text in UTF-8', cause)
    }
  }
  let text = ''
  let total = 0
  for await (const piece of pieces) {
    const more = decode(piece)
    total += more.length
    if (total > constants.MAX_STRING_LENGTH) throw refuse(`it is longer than the ${constants.MAX_STRING_LENGTH} characters of one string`)
    text += more
    while (text.length > chunkUnits) {
      const end = cutAt(text)
      yield text.slice(0, end)
      text = text.slice(end)
    }
  }
  text += decode()
  if (text !== '') yield text
}

function cutAt(text: string): number {
  const unit = text.charCodeAt(chunkUnits)
  return unit >= 0xdc00 && unit < 0xe000 ? chunkUnits - 1 : chunkUnits
}
