import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to a request: it is refused with a status, done and its answer lost, or done and answered with something else. */
export type Fault = { readonly status: number; readonly type: string } | 'lose-answer' | { readonly answer: object }

/** Stands before an endpoint and spoils what goes through, as a network and a busy service do. */
export class FaultyProxy implements AsyncDisposable {
  readonly url: string
  /** The operations that were asked for, in order. */
  readonly asked: string[] = []
  /** Says what happens to the `nth` request, from 1, for an operation in lower case; by default nothing. */
  spoil: (operation: string, nth: number) => Fault | undefined = () => undefined
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(target: string): Promise<FaultyProxy> {
    const { port } = new URL(target)
    let proxy: FaultyProxy | undefined
    const server = createServer((incoming, outgoing) => {
      const operation = incoming.url?.split('/').at(-1) ?? ''
      proxy?.asked.push(operation)
      const nth = proxy?.asked.filter((each) => each === operation).length ?? 0
      const fault = proxy?.spoil(operation, nth)
      if (typeof fault === 'object' && 'status' in fault) {
        incoming.resume()
        outgoing.writeHead(fault.status, { 'content-type': 'application/json', 'x-amzn-errortype': fault.type })
        outgoing.end(JSON.stringify({ message: fault.type }))
        return
      }
      // The host that was signed goes with it.
      const { method, url: path, headers } = incoming
      const forward = request({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
        if (fault === 'lose-answer') {
          answer.resume().on('end', () => incoming.socket.destroy())
          return
        }
        if (fault) {
          answer.resume()
          outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(fault.answer))
          return
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      })
      incoming.pipe(forward)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    proxy = new FaultyProxy(server)
    return proxy
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
