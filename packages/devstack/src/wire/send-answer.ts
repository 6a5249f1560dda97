import type { Fault } from '../faults/fault-plan.ts'
import type { Answer } from '../s3/answer/answer.ts'
import type { Exchange } from './exchange.ts'
import { sendFaulty } from './send-faulty.ts'
import { sendSource } from './send-source.ts'

/** Sends an answer, whole or with a fault. Never rejects: a client that has gone is not an error. */
export async function sendAnswer(exchange: Exchange, answer: Answer, fault?: Fault): Promise<void> {
  const { response, incoming } = exchange
  try {
    const head = headOf(exchange, answer)
    if (fault) return await sendFaulty(exchange, { answer, head, fault })
    const { body, status } = answer
    response.writeHead(status, head as string[])
    if (body === undefined || incoming.method === 'HEAD') response.end()
    else if (body instanceof Uint8Array) response.end(body)
    else {
      await sendSource(response, body)
      response.end()
    }
  } catch {
    // Part of the answer may have gone out: the only honest end is that of the connection.
    incoming.socket.destroy()
  }
}

function headOf({ continue: waiting, incoming }: Exchange, { headers, body, headSizeBytes, status }: Answer): readonly string[] {
  const head = ['x-amz-request-id', nextRequestId()]
  for (const name in headers) head.push(name, headers[name] ?? '')
  const sizeBytes = body === undefined ? (headSizeBytes ?? 0) : body instanceof Uint8Array ? body.length : body.sizeBytes
  const told = status !== 204 && status !== 304 && !(incoming.method === 'HEAD' && status >= 400)
  if (told) head.push('Content-Length', String(sizeBytes))
  if (waiting.pending) head.push('Connection', 'close')
  return head
}

let count = 0

function nextRequestId(): string {
  count += 1
  return count.toString(36).toUpperCase().padStart(16, '0')
}
