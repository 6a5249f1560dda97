import { constants } from 'node:buffer'
import type { Refuse } from './refusal.ts'

const hint = 'Use includeFile({ encoding: null }) to take its bytes.'

/** Passes a file's pieces on and makes sure that they are UTF-8, and fit into one string. */
export async function* checkText(pieces: AsyncIterable<Uint8Array>, refuse: Refuse): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let length = 0
  const count = (piece?: Uint8Array): void => {
    try {
      length += decoder.decode(piece, { stream: piece !== undefined }).length
    } catch (cause) {
      throw refuse('it is not text in UTF-8', hint, cause)
    }
    if (length > constants.MAX_STRING_LENGTH)
      throw refuse(
        `it is longer than the ${constants.MAX_STRING_LENGTH} characters (about 512 MiB) that JavaScript holds as one text`,
        hint,
      )
  }
  for await (const piece of pieces) {
    count(piece)
    yield piece
  }
  count()
}
