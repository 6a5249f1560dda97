import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { answer, echo, failure, requestTo, startRawServer, testClient } from '../raw-server.fixture.ts'

describe('silence', () => {
  test('of a server that accepts and says nothing is a timeout', async () => {
    const { origin } = await startRawServer(async ({ gone }) => gone)
    const startedMs = performance.now()
    const error = await failure(testClient().request(requestTo(origin, { idleTimeoutMs: 300 })))
    expect(error).toMatchObject({ code: 'timeout', retryable: true, requestSent: true })
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(300)
  })

  test('in the middle of a body is a timeout', async () => {
    const { origin } = await startRawServer(async ({ head, socket, gone }) => {
      await head()
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel')
      await gone
    })
    expect((await failure(testClient().request(requestTo(origin, { idleTimeoutMs: 200 })))).code).toBe('timeout')
  })

  test('of a server that takes nothing of a large body is a timeout', async () => {
    const { origin } = await startRawServer(async ({ socket }) => {
      socket.pause()
      await once(socket, 'close')
    })
    const body = Array.from({ length: 32 }, () => Buffer.alloc(1_000_000))
    expect((await failure(testClient().request(requestTo(origin, { method: 'PUT', body, idleTimeoutMs: 200 })))).code).toBe('timeout')
  })

  test('between drops that come in time is none, however long the answer takes', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      const text = answer('drip')
      for (let at = 0; at < text.length; at += 4) {
        await new Promise((resolve) => setTimeout(resolve, 60))
        socket.write(text.slice(at, at + 4))
      }
    })
    const startedMs = performance.now()
    expect((await testClient().request(requestTo(origin, { idleTimeoutMs: 400 }))).body.toString()).toBe('drip')
    expect(performance.now() - startedMs).toBeGreaterThan(700)
  })

  test('while this program was busy does not count', async () => {
    const { origin } = await startRawServer(async ({ head, socket }) => {
      await head()
      blockLoop(500)
      socket.write(answer('late'))
    })
    expect((await testClient().request(requestTo(origin, { idleTimeoutMs: 200 }))).body.toString()).toBe('late')
  })

  function blockLoop(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  }
})

describe('an abort', () => {
  test('rejects with its reason and destroys the socket, at every stage, in less than 100 ms', async () => {
    const texts = ['', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel']
    for (const text of texts) {
      const [reached, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const { origin } = await startRawServer(async ({ head, socket, gone }) => {
        await head()
        socket.write(text, () => reached.resolve())
        await gone
        closed.resolve()
      })
      const controller = new AbortController()
      const request = failure(testClient().request(requestTo(origin, { signal: controller.signal })))
      await reached.promise
      const startedMs = performance.now()
      const reason = new Error('no longer wanted')
      controller.abort(reason)
      expect(await request).toBe(reason)
      await closed.promise
      expect(performance.now() - startedMs).toBeLessThan(100)
    }
  })

  test('of one of many takes it out of the queue, and the others go on', async () => {
    const gate = Promise.withResolvers<void>()
    const targets: string[] = []
    const { origin } = await startRawServer(async ({ head, socket }) => {
      for (;;) {
        const target = (await head()).split(' ')[1] ?? ''
        targets.push(target)
        await gate.promise
        socket.write(answer(target))
      }
    })
    const client = testClient({ maxConnectionsPerOrigin: 1 })
    const controllers = Array.from({ length: 6 }, () => new AbortController())
    const requests = controllers.map(({ signal }, index) =>
      client.request(requestTo(origin, { target: `/${index}`, signal })).catch((error: Error) => error.name),
    )
    for (const index of [2, 5, 3]) controllers[index]?.abort()
    gate.resolve()
    const outcomes = (await Promise.all(requests)).map((outcome) => (typeof outcome === 'string' ? outcome : outcome.body.toString()))
    expect(outcomes).toEqual(['/0', '/1', 'AbortError', 'AbortError', '/4', 'AbortError'])
    expect(targets).toEqual(['/0', '/1', '/4'])
  })

  test('of thousands by one signal ends them all, and leaves no listener behind', async () => {
    const { origin } = await startRawServer(async ({ gone }) => gone)
    const client = testClient()
    let listenerCount = 0
    const controller = new AbortController()
    const { signal } = controller
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listenerCount += 1
      add(...given)
    }
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listenerCount -= 1
      remove(...given)
    }
    const requests = Array.from({ length: 5_000 }, () => failure(client.request(requestTo(origin, { signal }))))
    expect(listenerCount).toBe(1)
    controller.abort()
    expect(new Set(await Promise.all(requests))).toEqual(new Set([signal.reason]))
    expect(listenerCount).toBe(0)
  })

  test('before the request sends nothing', async () => {
    const server = await startRawServer(echo)
    const error = await failure(testClient().request(requestTo(server.origin, { signal: AbortSignal.abort() })))
    expect(error.name).toBe('AbortError')
    expect(server.connectionCount).toBe(0)
  })

  test('of a connection that is being made ends it', async () => {
    const { origin } = await startRawServer(echo)
    const controller = new AbortController()
    const request = failure(testClient().request(requestTo({ ...origin, hostname: 'localhost' }, { signal: controller.signal })))
    controller.abort()
    expect((await request).name).toBe('AbortError')
  })
})
