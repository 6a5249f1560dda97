import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { requestTo, startRawServer } from '../raw-server.fixture.ts'
import { AddressBook } from './address-book.ts'
import { openSocket } from './open-socket.ts'
import { echo, hasOpenssl, issueFor } from './opening.fixture.ts'

let certificate = { key: '', cert: '' }

beforeAll(() => {
  if (hasOpenssl) certificate = issueFor('IP:127.0.0.1,DNS:localhost')
})

test.runIf(process.platform === 'linux')('an address that refuses is passed over for the next, and left out from then on', async () => {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.3')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const addresses = new AddressBook(async () => ['127.0.0.2', '127.0.0.3', '127.0.0.4'])
  const { socket } = await openSocket({
    origin: { protocol: 'http:', hostname: 'name', port },
    proxy: undefined,
    addresses,
    tls: () => Promise.reject(new Error('not asked for')),
    session: undefined,
    onread: { buffer: Buffer.alloc(10), callback: () => true },
    signal: new AbortController().signal,
    onProgress: () => {},
  })
  expect(socket.remoteAddress).toBe('127.0.0.3')
  socket.destroy()
  expect([...(await addresses.addresses('name'))].sort()).toEqual(['127.0.0.3', '127.0.0.4'])
})

test.each(['http:', 'https:'] as const)('a program ends by itself although a connection over %s is open and idle', async (protocol) => {
  if (protocol === 'https:' && !hasOpenssl) return
  const { origin } = await startRawServer(echo, protocol === 'https:' ? { tls: certificate } : {})
  const { ca, environment } = { ca: certificate.cert, environment: {} }
  const program = `
    import { createHttpClient } from ${JSON.stringify(new URL('../create-http-client.ts', import.meta.url).href)}
    const client = createHttpClient(${JSON.stringify({ environment, idleConnectionMs: 1e9, ...(protocol === 'https:' ? { ca } : {}) })})
    const { body } = await client.request(${JSON.stringify(requestTo(origin, { target: '/last' }))})
    process.stdout.write(body)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill()
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [exitCode] = await once(child, 'close')
  expect([exitCode, output]).toEqual([0, '/last'])
})
