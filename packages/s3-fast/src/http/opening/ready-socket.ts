import type { Socket } from 'node:net'

/** The stage that failed, told apart since a certificate that is refused at one address is refused at all. */
export class StageError extends Error {
  readonly stage: 'tcp' | 'tls'
  constructor(stage: 'tcp' | 'tls', cause: Error) {
    super(cause.message, { cause })
    this.stage = stage
  }
}

/** What a socket is waited for with. */
export interface ReadyOptions {
  readonly isSecure: boolean
  readonly signal: AbortSignal
  readonly limitMs?: number | undefined
  readonly onProgress?: () => void
}

/** Begins to connect and gives the socket when requests can be written to it: over TLS after the handshake. What was opened is destroyed after a failure. @throws StageError; the signal's reason. */
export function untilReady(start: () => Socket, { isSecure, signal, limitMs, onProgress }: ReadyOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let stage: 'tcp' | 'tls' = 'tcp'
    const socket = start()
    const onConnect = (): void => {
      clearTimeout(limit)
      onProgress?.()
      stage = 'tls'
      if (!isSecure) settle()
    }
    const onError = (error: Error): void => settle(new StageError(stage, error))
    const onClose = (): void => onError(Object.assign(new Error('The connection was closed before it was ready'), { code: 'ECONNRESET' }))
    const onAbort = (): void => settle(signal.reason)
    const limit = limitMs === undefined ? undefined : setTimeout(() => onError(timedOut(limitMs)), limitMs)
    const settle = (error?: unknown): void => {
      clearTimeout(limit)
      signal.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect).off('secureConnect', settle).off('error', onError).off('close', onClose)
      if (error === undefined) {
        socket.setNoDelay(true)
        resolve(socket)
      } else {
        // What fails after this has been told already.
        socket.on('error', () => {})
        socket.destroy()
        reject(error)
      }
    }
    socket.once('connect', onConnect).once('error', onError).once('close', onClose)
    if (isSecure) socket.once('secureConnect', settle)
    signal.addEventListener('abort', onAbort)
  })
}

function timedOut(limitMs: number): Error {
  return Object.assign(new Error(`No connection within ${limitMs} ms`), { code: 'ETIMEDOUT' })
}
