import type { Exchange } from './exchange.ts'

/** The whole body of a request; `undefined` where it is larger than it may be, and then the connection cannot be used again. */
export async function readBody({ incoming, continue: waiting }: Exchange, maxSizeBytes: number): Promise<Buffer | undefined> {
  waiting.send()
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of incoming) {
    parts.push(part as Buffer)
    sizeBytes += (part as Buffer).length
    if (sizeBytes > maxSizeBytes) return undefined
  }
  return Buffer.concat(parts)
}
