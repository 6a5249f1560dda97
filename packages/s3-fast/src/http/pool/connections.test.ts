import { describe, expect, test } from 'vitest'
import { HttpError } from '../http-error.ts'
import { answer, echo, failure, requestTo, startRawServer, testClient } from '../raw-server.fixture.ts'

describe('connections', () => {
  test('are as many as the limit says, are used again, and the requests beyond wait in order', async () => {
    const order: string[] = []
    const server = await startRawServer(async ({ head, socket }) => {
      for (;;) {
        const target = (await head()).split(' ')[1] ?? ''
        order.push(target)
        socket.write(answer(target))
      }
    })
    const client = testClient({ maxConnectionsPerOrigin: 2 })
    const targets = Array.from({ length: 200 }, (_, index) => `/${index}`)
    const answers = await Promise.all(targets.map((target) => client.request(requestTo(server.origin, { target }))))
    expect(answers.map(({ body }) => body.toString())).toEqual(targets)
    expect(server.connectionCount).toBe(2)
    // Each of the two takes the first in the queue, so none is more than one place from its turn.
    expect(order.every((target, index) => Math.abs(Number(target.slice(1)) - index) <= 1)).toBe(true)
  })

  test('to equal origins are shared, whatever the object', async () => {
    const server = await startRawServer(echo)
    const client = testClient()
    for (let count = 0; count < 3; count += 1) await client.request(requestTo({ ...server.origin }))
    expect(server.connectionCount).toBe(1)
  })

  test('are not used again where the server says close', async () => {
    const server = await startRawServer(async ({ head, socket }) => {
      await head()
      socket.write(answer('', { headers: 'Connection: close\r\n' }))
    })
    const client = testClient()
    for (let count = 0; count < 3; count += 1) await client.request(requestTo(server.origin))
    expect(server.connectionCount).toBe(3)
  })

  test('are replaced without notice when the server has closed them while they lay idle', async () => {
    const server = await startRawServer(async ({ head, socket, index }) => {
      socket.write(answer((await head()).split(' ')[1] ?? ''))
      // Only when the next request is there does it close: the client could not know.
      const second = await head()
      if (index === 0) socket.resetAndDestroy()
      else socket.write(answer(second.split(' ')[1] ?? ''))
    })
    const client = testClient()
    for (const target of ['/1', '/2', '/3'])
      expect((await client.request(requestTo(server.origin, { target }))).body.toString()).toBe(target)
    expect(server.connectionCount).toBe(2)
  })

  test('that are lost under a PUT are told, since it may have been done', async () => {
    const server = await startRawServer(async ({ head, bytes, socket, index }) => {
      await head()
      socket.write(answer(''))
      await head()
      await bytes(1)
      expect(index).toBe(0)
      socket.end()
    })
    const client = testClient()
    await client.request(requestTo(server.origin))
    const error = await failure(client.request(requestTo(server.origin, { method: 'PUT', body: [Buffer.from('x')] })))
    expect(error).toMatchObject({
      code: 'connection-lost',
      requestSent: true,
      retryable: true,
      subject: `http://127.0.0.1:${server.origin.port}`,
    })
  })

  test('that the server resets again and again fail in the end', async () => {
    const server = await startRawServer(async ({ head, socket }) => {
      const first = await head()
      if (first.includes('/good')) socket.write(answer(''))
      else socket.resetAndDestroy()
      await head()
      socket.resetAndDestroy()
    })
    const client = testClient()
    await client.request(requestTo(server.origin, { target: '/good' }))
    expect(await failure(client.request(requestTo(server.origin)))).toMatchObject({ code: 'connection-lost' })
    expect(server.connectionCount).toBe(2)
  })

  test('close after they were idle for a while', async () => {
    const closed = Promise.withResolvers<void>()
    const { origin } = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write(answer(''))
      await gone
      closed.resolve()
    })
    await testClient({ idleConnectionMs: 50 }).request(requestTo(origin))
    await closed.promise
  })

  test('close before the server does where it has said when', async () => {
    const closed = Promise.withResolvers<void>()
    const { origin } = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write(answer('', { headers: 'keep-alive: timeout=1\r\n' }))
      await gone
      closed.resolve()
    })
    await testClient({ idleConnectionMs: 1e9 }).request(requestTo(origin))
    await closed.promise
  })

  test('on which something comes that nobody asked for are closed, and the next request has another', async () => {
    const server = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write(answer(''))
      if (server.connectionCount > 1) return
      await served.promise
      socket.write(answer('', { status: 408 }))
      await gone
      closed.resolve()
    })
    const [served, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const client = testClient()
    await client.request(requestTo(server.origin))
    served.resolve()
    await closed.promise
    expect((await client.request(requestTo(server.origin))).status).toBe(200)
    expect(server.connectionCount).toBe(2)
  })

  test('spread over the addresses of a name; one that refuses is passed over', async () => {
    // `localhost` is ::1 as well on many machines, where this server does not listen.
    const { origin } = await startRawServer(echo)
    const client = testClient({ maxConnectionsPerOrigin: 8 })
    const named = { ...origin, hostname: 'localhost' }
    const answers = await Promise.all(Array.from({ length: 16 }, (_, index) => client.request(requestTo(named, { target: `/${index}` }))))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })

  test('that cannot be made say where to and why', async () => {
    const { origin } = await startRawServer(echo)
    const client = testClient({ maxConnectionsPerOrigin: 2 })
    const nowhere = { ...origin, port: 1 }
    const errors = await Promise.all(Array.from({ length: 10 }, () => failure(client.request(requestTo(nowhere)))))
    for (const error of errors) {
      expect(error).toBeInstanceOf(HttpError)
      expect(error).toMatchObject({ code: 'connect-failed', requestSent: false, retryable: true, cause: { code: 'ECONNREFUSED' } })
      expect(error.message).toContain('http://127.0.0.1:1')
    }
    const unnamed = await failure(client.request(requestTo({ ...origin, hostname: 'no-such-host.invalid' })))
    expect(unnamed.code).toBe('connect-failed')
    expect(unnamed.cause).toBeInstanceOf(Error)
  })
})
