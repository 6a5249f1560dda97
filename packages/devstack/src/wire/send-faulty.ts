import { STATUS_CODES } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { Fault } from '../faults/fault-plan.ts'
import type { Answer } from '../s3/answer/answer.ts'
import type { BodySource } from '../s3/storage/body-source.ts'
import type { Exchange } from './exchange.ts'
import { sendSource } from './send-source.ts'

/** Sends an answer that something happens to. Kinds that do no work are answered before there is an answer. */
export async function sendFaulty(
  exchange: Exchange,
  { answer, head, fault }: { readonly answer: Answer; readonly head: readonly string[]; readonly fault: Fault },
): Promise<void> {
  const { response, incoming } = exchange
  const source = incoming.method === 'HEAD' ? undefined : sourceOf(answer)
  const at = Math.floor(fault.place * (source?.sizeBytes ?? 0))
  switch (fault.kind) {
    case 'lost-answer':
      source?.close()
      incoming.socket.destroy()
      return
    case 'truncate':
      if (source && source.sizeBytes > 0) await truncateBody(exchange, { answer, head, source, at })
      else truncateHead(exchange, answer, head)
      return
    case 'slow':
      await setTimeout(fault.delayMs)
      response.writeHead(answer.status, head as string[])
      if (source) await sendSource(response, source, pauseAt(exchange, at, fault.delayMs))
      response.end()
      return
    default:
      response.writeHead(answer.status, head as string[])
      if (source) await sendSource(response, source, fault.kind === 'corrupt' ? flipAt(at) : undefined)
      response.end()
  }
}

async function truncateBody(
  { response, incoming }: Exchange,
  { answer, head, source, at }: { answer: Answer; head: readonly string[]; source: BodySource; at: number },
): Promise<void> {
  response.writeHead(answer.status, head as string[])
  response.flushHeaders()
  const part: BodySource = { ...boundTo(source), sizeBytes: at }
  await sendSource(response, part, (piece, offset) => piece.subarray(0, at - offset))
  incoming.socket.destroySoon()
}

function truncateHead({ incoming }: Exchange, { status }: Answer, head: readonly string[]): void {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`]
  for (let index = 0; index < head.length; index += 2) lines.push(`${head[index]}: ${head[index + 1]}`)
  const text = `${lines.join('\r\n')}\r\n\r\n`
  incoming.socket.write(text.slice(0, Math.floor(text.length / 2)), 'latin1')
  incoming.socket.destroySoon()
}

function pauseAt({ response }: Exchange, at: number, delayMs: number): (piece: Buffer, offset: number) => Promise<Buffer> {
  return async (piece, offset) => {
    if (at < offset || at >= offset + piece.length) return piece
    // A copy: the buffer of a piece that is sent in two is not ours for so long.
    const first = Buffer.from(piece.subarray(0, at - offset))
    if (first.length > 0) response.write(first)
    await setTimeout(delayMs)
    return piece.subarray(at - offset)
  }
}

function flipAt(at: number): (piece: Buffer, offset: number) => Buffer {
  return (piece, offset) => {
    const index = at - offset
    const byte = piece[index]
    if (byte !== undefined) piece[index] = byte ^ 1
    return piece
  }
}

function sourceOf({ body }: Answer): BodySource | undefined {
  if (!(body instanceof Uint8Array)) return body
  let at = 0
  return {
    sizeBytes: body.length,
    read: async (buffer) => {
      const count = body.copy(buffer, 0, at)
      at += count
      return count
    },
    readAllSync: () => body.subarray(at),
    close: () => {},
  }
}

const boundTo = (source: BodySource): Omit<BodySource, 'sizeBytes'> => ({
  read: (buffer) => source.read(buffer),
  readAllSync: () => source.readAllSync(),
  close: () => source.close(),
})
