import { createHash } from 'node:crypto'

/** The sha256 of a content, in hexadecimal. */
export function contentHash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
