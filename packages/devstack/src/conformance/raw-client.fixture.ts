import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { onTestFinished } from 'vitest'
import type { Devstack } from '../devstack.ts'
import { createClient } from './stack.fixture.ts'

/** What came over a connection, and how it ended. */
export interface Exchange {
  readonly text: string
  readonly ended: 'fin' | 'reset' | 'open'
}

/** A presigned request as it goes over the wire, with more headers and a body if there are any. */
export async function presignedRequest(
  stack: Devstack,
  method: 'GET' | 'HEAD' | 'PUT',
  at: { readonly Bucket: string; readonly Key: string },
  {
    headers = {},
    body = '',
    endpoint = stack.s3.url,
  }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string; readonly endpoint?: string } = {},
): Promise<string> {
  const commands = { GET: () => new GetObjectCommand(at), HEAD: () => new HeadObjectCommand(at), PUT: () => new PutObjectCommand(at) }
  // Otherwise the SDK signs the checksum of an empty body.
  const client = createClient(stack, { endpoint, requestChecksumCalculation: 'WHEN_REQUIRED' })
  const url = new URL(await getSignedUrl(client, commands[method]()))
  const lines = Object.entries({ host: url.host, ...(method === 'PUT' ? { 'content-length': String(body.length) } : {}), ...headers })
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${method === 'PUT' ? body : ''}`
}

/** Opens a connection that ends with the test. */
export function openConnection(url: string): Socket {
  const { hostname: host, port, protocol } = new URL(url)
  const socket = protocol === 'https:' ? connectTls({ host, port: Number(port), rejectUnauthorized: false }) : connect(Number(port), host)
  onTestFinished(() => void socket.destroy())
  return socket
}

/** Sends text and gathers what comes until the connection ends, or until `isDone`. */
export function exchange(url: string, request: string, isDone: (text: string) => boolean = () => false): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const socket = openConnection(url)
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
      if (!isDone(text)) return
      socket.destroy()
      resolve({ text, ended: 'open' })
    })
    socket.on('end', () => resolve({ text, ended: 'fin' }))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') resolve({ text, ended: 'reset' })
      else reject(error)
    })
    socket.write(request, 'latin1')
  })
}
