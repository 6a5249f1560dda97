import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Devstack } from '../devstack.ts'
import type { FaultOptions } from '../faults/fault-plan.ts'
import { type Exchange, exchange, presignedRequest } from './raw-client.fixture.ts'
import { createClient, failure, freshFolder, startStack, textOf } from './stack.fixture.ts'

const at = { Bucket: 'bucket', Key: 'k' }
const body = 'hello world '.repeat(50_000)

function certificate(): { key: string; cert: string } {
  const folder = freshFolder()
  const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'cert')]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'ignore' })
  return { key: readFileSync(join(folder, 'key'), 'utf8'), cert: readFileSync(join(folder, 'cert'), 'utf8') }
}

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const protocols = [['http'], ...(hasOpenssl ? [['https']] : [])] as ['http' | 'https'][]

async function startFaulty(
  protocol: 'http' | 'https',
  faults: FaultOptions,
): Promise<{ stack: Devstack; send: (method: 'GET' | 'HEAD' | 'PUT', key?: string) => Promise<Exchange> }> {
  const stack = await startStack(protocol === 'https' ? { tls: certificate() } : {})
  for (const [Key, Body] of [
    ['k', body],
    ['small', 'hello'],
  ] as const) {
    const put = await presignedRequest(stack, 'PUT', { ...at, Key }, { body: Body })
    await exchange(stack.s3.url, put, (text) => text.includes('\r\n\r\n'))
  }
  await stack.faults.s3(faults)
  const send = async (method: 'GET' | 'HEAD' | 'PUT', Key = 'k'): Promise<Exchange> => {
    const request = await presignedRequest(stack, method, { ...at, Key }, { headers: { connection: 'close' }, body: 'new' })
    return exchange(stack.s3.url, request)
  }
  return { stack, send }
}

const bodyOf = ({ text }: Exchange): string => text.slice(text.indexOf('\r\n\r\n') + 4)

describe.each(protocols)('over %s', (protocol) => {
  test('a reset is a RST before any byte of the answer, and nothing is done', async () => {
    const { stack, send } = await startFaulty(protocol, { rate: 1, kinds: ['reset'] })
    expect(await send('GET')).toEqual({ text: '', ended: 'reset' })
    expect(await send('PUT', 'new')).toEqual({ text: '', ended: 'reset' })
    await stack.faults.clear()
    expect((await send('GET', 'new')).text).toMatch(/^HTTP\/1\.1 404/)
  })

  test('a truncated answer has its whole length in its head, and ends in the middle of its body', async () => {
    const { send } = await startFaulty(protocol, { rate: 1, kinds: ['truncate'] })
    for (const [key, length] of [
      ['k', body.length],
      ['small', 5],
    ] as const) {
      const got = await send('GET', key)
      expect(got.text).toMatch(new RegExp(`^HTTP/1\\.1 200 .*content-length: ${length}\r\n`, 'is'))
      expect([got.ended, bodyOf(got).length < length, body.startsWith(bodyOf(got))]).toEqual(['fin', true, true])
    }
  })

  test('a truncated answer without a body ends in the middle of its head, and was done', async () => {
    const { stack, send } = await startFaulty(protocol, { rate: 1, kinds: ['truncate'] })
    const put = await send('PUT', 'new')
    expect([put.ended, put.text.startsWith('HTTP/1.1 200 OK\r\n'), put.text.includes('\r\n\r\n')]).toEqual(['fin', true, false])
    await stack.faults.clear()
    expect(bodyOf(await send('GET', 'new'))).toBe('new')
  })

  test('a lost answer was done', async () => {
    const { stack, send } = await startFaulty(protocol, { rate: 1, kinds: ['lost-answer'] })
    const put = await send('PUT', 'new')
    expect(put.text).toBe('')
    expect((await send('GET')).text).toBe('')
    await stack.faults.clear()
    expect(bodyOf(await send('GET', 'new'))).toBe('new')
  })

  test('a corrupt answer has one byte that is another', async () => {
    const { send } = await startFaulty(protocol, { rate: 1, kinds: ['corrupt'] })
    const got = bodyOf(await send('GET'))
    const differences = [...got].filter((char, index) => char !== body[index])
    expect([got.length, differences.length]).toEqual([body.length, 1])
    expect((await send('HEAD')).text).toMatch(/^HTTP\/1\.1 200/)
  })

  test('a slow answer is whole, and takes its time before it and in it', async () => {
    const { send } = await startFaulty(protocol, { rate: 1, kinds: ['slow'], delayMs: 60 })
    const startedAt = performance.now()
    expect(bodyOf(await send('GET')) === body).toBe(true)
    // Timers may be a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThan(115)
    expect(bodyOf(await send('GET', 'small'))).toBe('hello')
  })
})

describe('an error', () => {
  test.each([
    ['503', '503 SlowDown'],
    ['500', '500 InternalError'],
    ['expired-token', '400 ExpiredToken'],
  ] as const)('of kind %s is answered, and nothing is done', async (kind, code) => {
    const stack = await startStack()
    const client = createClient(stack)
    await stack.faults.s3({ rate: 1, kinds: [kind] })
    expect(await failure(client.putObject({ ...at, Body: 'x' }))).toBe(code)
    expect(await failure(client.putObject({ ...at, Body: Buffer.alloc(5_000_000) }))).toBe(code)
    await stack.faults.clear()
    expect((await client.listObjectsV2({ Bucket: 'bucket' })).KeyCount).toBe(0)
  })
})

describe('faults', () => {
  test('meet the share of requests that is asked, the same ones for the same seed', async () => {
    const stack = await startStack()
    const client = createClient(stack)
    const run = async (seed: number): Promise<string> => {
      await stack.faults.s3({ rate: 0.3, kinds: ['503', '500'], seed })
      const outcomes: string[] = []
      for (let count = 0; count < 100; count += 1) outcomes.push(await failure(client.headBucket({ Bucket: 'bucket' })))
      return outcomes.join()
    }
    const first = await run(7)
    expect(await run(7)).toBe(first)
    expect(await run(8)).not.toBe(first)
    expect(first.split(',').filter((each) => each !== 'no failure').length).toBeGreaterThan(15)
    expect(first.split(',').filter((each) => each !== 'no failure').length).toBeLessThan(45)
  })

  test('can be kept to operations and to a number, and are counted as requests', async () => {
    const stack = await startStack()
    const client = createClient(stack)
    await client.putObject({ ...at, Body: 'x' })
    stack.s3.requests.reset()
    await stack.faults.s3({ rate: 1, kinds: ['503'], operations: ['GetObject'], times: 2 })
    expect(await failure(client.headObject(at))).toBe('no failure')
    expect(await failure(client.getObject(at))).toBe('503 SlowDown')
    expect(await failure(client.getObject(at))).toBe('503 SlowDown')
    expect(await textOf(client.getObject(at))).toBe('x')
    expect(stack.s3.requests.counts).toEqual({ HeadObject: 1, GetObject: 3 })
    expect(stack.s3.requests.total).toBe(4)
  })

  test.each([
    [{ rate: 2, kinds: ['503'] }, RangeError],
    [{ rate: Number.NaN, kinds: ['503'] }, RangeError],
    [{ rate: 0.5, kinds: [] }, TypeError],
    [{ rate: 0.5, kinds: ['fire'] }, TypeError],
    [{ rate: 0.5, kinds: ['503'], delayMs: -1 }, RangeError],
    [{ rate: 0.5, kinds: ['503'], operations: 'GetObject' }, TypeError],
  ])('that make no sense are refused: %j', async (options, error) => {
    const stack = await startStack()
    await expect(stack.faults.s3(options as unknown as FaultOptions)).rejects.toThrow(error)
  })
})

describe('another process', () => {
  const send = (stack: Devstack, method: string, path: string, value?: unknown): Promise<Response> =>
    fetch(`${stack.s3.url}/_dev/${path}`, { method, ...(value === undefined ? {} : { body: JSON.stringify(value) }) })

  test('can set, see and clear faults', async () => {
    const stack = await startStack()
    const client = createClient(stack)
    const options = { rate: 1, kinds: ['503'] }
    expect((await send(stack, 'PUT', 'faults/s3', options)).status).toBe(204)
    expect(await (await send(stack, 'GET', 'faults')).json()).toEqual({ s3: options })
    expect(await failure(client.listBuckets())).toBe('503 SlowDown')
    expect((await send(stack, 'DELETE', 'faults')).status).toBe(204)
    expect(await failure(client.listBuckets())).toBe('no failure')
    const wrong = await send(stack, 'PUT', 'faults/s3', { rate: 7 })
    expect([wrong.status, await wrong.json()]).toEqual([400, { message: 'The rate of faults is a number from 0 to 1, not 7.' }])
    expect((await send(stack, 'GET', 'other')).status).toBe(404)
  })

  test('can see and reset the counts of requests', async () => {
    const stack = await startStack()
    await createClient(stack).listBuckets()
    expect(await (await send(stack, 'GET', 'requests')).json()).toEqual({ s3: { ListBuckets: 1 }, batch: {}, logs: {} })
    await send(stack, 'DELETE', 'requests')
    expect(stack.s3.requests.total).toBe(0)
  })

  test('that is a browser on some page cannot', async () => {
    const stack = await startStack()
    const request = 'DELETE /_dev/requests HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: https://example.com\r\n\r\n'
    expect((await exchange(stack.s3.url, request, (text) => text.includes('}'))).text).toMatch(/^HTTP\/1\.1 403/)
  })
})
