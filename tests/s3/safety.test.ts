import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { type ChecksumAlgorithm, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startDevstack } from '@millrace/devstack'
import { S3, S3Error } from '@millrace/s3-fast'
import { beforeAll, describe, expect, it } from 'vitest'
import { contentOf } from './data-sets.ts'
import { errorAnswer, httpAnswer, startRawServer } from './raw-server.ts'
import { collect, everyKind, failureOf, testBed } from './test-bed.ts'

const bed = testBed()
const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret' }
const largeSize = 36 * 1_048_576

beforeAll(async () => {
  const s3 = bed.client({ root: 's3://lake' })
  await s3.put('small', contentOf('small', 10_240))
  await s3.put('large', contentOf('large', largeSize))
  await s3.putMany(Array.from({ length: 100 }, (_, at) => [`many/${at}`, contentOf(`many/${at}`, 1_000)]))
})

describe('a body that is not whole or not right', () => {
  it.each([
    ['truncate', 'small', 'connection-failed'],
    ['truncate', 'large', 'connection-failed'],
    ['corrupt', 'small', 'corrupt-body'],
    ['corrupt', 'large', 'corrupt-body'],
  ] as const)('never reaches the caller: %s, %s', async (kind, key, code) => {
    await bed.stack.faults.s3({ rate: 1, kinds: [kind], operations: ['GetObject'] })
    const s3 = bed.client({ root: 's3://lake', deadlineMs: 200 })
    const path = join(bed.folder, `${kind}-${key}`)
    const expected = { code, bucket: 'lake', key }
    expect(await failureOf(s3.get(key))).toMatchObject(expected)
    expect(await failureOf(s3.getBytes(key))).toMatchObject(expected)
    expect(await failureOf(s3.getFile(key, path))).toMatchObject(expected)
    expect(await failureOf(s3.getMany([key], { memoryBytes: 0 }))).toMatchObject(expected)
    expect(await failureOf(collect(s3.getStream([key])))).toMatchObject(expected)
    expect(existsSync(path)).toBe(false)
    await s3.close()
    expect(bed.temporaryNames()).toEqual([])
    expect(readdirSync(bed.folder).filter((name) => name.startsWith(`${kind}-${key}`))).toEqual([])
  })

  it.each(['truncate', 'corrupt', 'reset', 'lost-answer', '503', '500'] as const)('is fetched again after %s', async (kind) => {
    const s3 = bed.client({ root: 's3://lake' })
    for (const key of ['small', 'large']) {
      await bed.stack.faults.s3({ rate: 1, kinds: [kind], operations: ['GetObject'], times: 2 })
      expect(Buffer.compare(await s3.getBytes(key), contentOf(key, key === 'small' ? 10_240 : largeSize))).toBe(0)
    }
  })

  it.each<[ChecksumAlgorithm, number]>([
    ['CRC32', 10_240],
    ['CRC32C', 10_240],
    ['CRC64NVME', 10_240],
    ['SHA1', 10_240],
    ['SHA256', 10_240],
    ['SHA256', 1_048_576],
    ['CRC64NVME', 1_048_576],
    ['CRC64NVME', largeSize],
    ['CRC32C', largeSize],
  ])('shows by the checksum that another client stored with it: %s of %i bytes', async (algorithm, sizeBytes) => {
    const { env } = bed.stack
    const sdk = new S3Client({
      endpoint: env.AWS_ENDPOINT_URL_S3,
      region: env.AWS_REGION,
      forcePathStyle: true,
      credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    })
    const key = `sdk-${algorithm}-${sizeBytes}`
    const content = contentOf(key, sizeBytes)
    await sdk.send(new PutObjectCommand({ Bucket: 'lake', Key: key, Body: content, ChecksumAlgorithm: algorithm }))
    sdk.destroy()
    await bed.stack.faults.s3({ rate: 1, kinds: ['corrupt'], operations: ['GetObject'], times: 1 })
    bed.stack.s3.requests.reset()
    const path = join(bed.folder, key)
    await bed.client({ root: 's3://lake' }).getFile(key, path)
    expect(Buffer.compare(readFileSync(path), content)).toBe(0)
    expect(bed.stack.s3.requests.total).toBeGreaterThan(1)
  })

  it.each<[string, string]>([
    ['a checksum that is another', httpAnswer(200, { headers: { 'x-amz-checksum-crc32': 'AAAAAA==' }, body: 'hello' })],
    ['an ETag that is the MD5 of something else', httpAnswer(200, { headers: { etag: `"${'0'.repeat(32)}"` }, body: 'hello' })],
    ['a body that is shorter than its length', `${httpAnswer(200, { headers: { 'content-length': '10' }, body: 'hello' })}`],
    ['two lengths', httpAnswer(200, { headers: { 'Content-Length': '4' }, body: 'hello' })],
    ['a length that is no number', httpAnswer(200, { headers: { 'content-length': '5x' }, body: 'hello' })],
    ['a chunk that is cut off', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel'],
    ['a chunk of a size that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n'],
    ['no HTTP at all', 'hello\r\n\r\n'],
  ])('is no data: %s', async (_, bytes) => {
    await using server = await startRawServer(({ socket }) => {
      socket.end(bytes)
      return undefined
    })
    await using s3 = new S3({ endpoint: server.url, credentials: keys, deadlineMs: 100 })
    expect(await failureOf(s3.getBytes('s3://lake/a'))).toBeInstanceOf(S3Error)
    expect(server.requests.length).toBeGreaterThan(0)
  })

  it.each<[string, string]>([
    ['the whole object', httpAnswer(200, { body: 'hello world' })],
    ['other bytes', httpAnswer(206, { headers: { 'content-range': 'bytes 0-4/11' }, body: 'hello' })],
    ['a range that it does not name', httpAnswer(206, { body: 'hello' })],
    ['fewer bytes than it names', httpAnswer(206, { headers: { 'content-range': 'bytes 6-10/11' }, body: 'wor' })],
    ['fewer bytes than there are', httpAnswer(206, { headers: { 'content-range': 'bytes 6-8/11' }, body: 'wor' })],
  ])('is no data: a range was asked for, and the server sends %s', async (_, bytes) => {
    await using server = await startRawServer(() => bytes)
    await using s3 = new S3({ endpoint: server.url, credentials: keys, deadlineMs: 100 })
    expect(await failureOf(s3.getBytes({ key: 's3://lake/a', range: { offset: 6, length: 5 } }))).toMatchObject({
      code: 'protocol',
      bucket: 'lake',
      key: 'a',
    })
  })

  it('is no data when it was replaced meanwhile: what is read is one object or an error', async () => {
    const writer = bed.client({ root: 's3://lake' })
    const reader = bed.client({ root: 's3://lake' })
    await writer.put('replaced', contentOf('one', largeSize))
    await bed.stack.faults.s3({ rate: 1, kinds: ['slow'], operations: ['GetObject'], delayMs: 100 })
    let replacing: Promise<unknown> | undefined
    const reading = reader.get('replaced', {
      onProgress: () => {
        replacing ??= writer.put('replaced', 'two')
      },
    })
    expect(await failureOf(reading)).toMatchObject({ code: 'changed', retryable: true, bucket: 'lake', key: 'replaced' })
    await replacing
    await bed.stack.faults.clear()
    expect(await (await reader.get('replaced')).text()).toBe('two')
  })
})

describe('a request that cannot succeed', () => {
  it('fails at once, with its meaning, the bucket and the key', async () => {
    const s3 = bed.client({ root: 's3://lake' })
    const { requests } = bed.stack.s3
    const missing = s3.get('small').then(() => s3.get('not/there'))
    expect(await failureOf(missing)).toMatchObject({ code: 'not-found', status: 404, bucket: 'lake', key: 'not/there', retryable: false })
    requests.reset()
    for (const [call, code, key] of [
      [() => s3.get('not/there'), 'not-found', 'not/there'],
      [() => s3.info('not/there'), 'not-found', 'not/there'],
      [() => s3.copy('not/there', 'copy'), 'not-found', 'not/there'],
      [() => s3.get({ key: 'small', ifMatch: '"other"' }), 'precondition-failed', 'small'],
      [() => s3.get({ key: 'small', range: { offset: 10_240, length: 1 } }), 'range-not-satisfiable', 'small'],
    ] as const) {
      const before = requests.total
      const failure = await failureOf(call())
      expect(failure).toMatchObject({ code, bucket: 'lake', key, retryable: false })
      expect(String(failure)).toContain(`s3://lake/${key}`)
      expect(requests.total - before).toBe(1)
    }
  })

  it('tells a bucket that is missing from an object that is, also by HEAD', async () => {
    const s3 = bed.client()
    for (const call of [
      () => s3.get('s3://no-bucket/a'),
      () => s3.info('s3://no-bucket/a'),
      () => s3.put('s3://no-bucket/a', 'x'),
      () => s3.delete('s3://no-bucket/a'),
      () => s3.delete(['s3://no-bucket/a', 's3://no-bucket/b']),
      () => collect(s3.list('s3://no-bucket')),
      () => s3.put('s3://no-bucket/a', contentOf('a', largeSize)),
    ]) {
      const failure = await failureOf(call())
      expect(failure).toMatchObject({ code: 'bucket-not-found', bucket: 'no-bucket' })
      expect(String(failure)).toContain('there is no bucket "no-bucket"')
    }
    expect(await failureOf(s3.info('s3://pond/a'))).toMatchObject({ code: 'not-found', bucket: 'pond', key: 'a' })
    expect(await failureOf(s3.getMany(['s3://no-bucket/a'], { missing: 'return' }))).toMatchObject({ code: 'bucket-not-found' })
  })

  it.each([
    ['a wrong secret', { accessKeyId: 'MILLRACEDEVSTACK0000', secretAccessKey: 'wrong' }],
    ['an unknown key', keys],
  ])('says that %s is not accepted, and tries no second time', async (_, credentials) => {
    const s3 = bed.client({ credentials, root: 's3://lake' })
    bed.stack.s3.requests.reset()
    expect(await failureOf(s3.get('small'))).toMatchObject({ code: 'invalid-credentials', status: 403, bucket: 'lake', key: 'small' })
    expect(await failureOf(s3.put('small', 'x'))).toMatchObject({ code: 'invalid-credentials' })
    expect(bed.stack.s3.requests.total).toBe(2)
  })

  it('says what is forbidden', async () => {
    await using server = await startRawServer(() => errorAnswer(403, 'AccessDenied'))
    await using s3 = new S3({ endpoint: server.url, credentials: keys })
    const failure = await failureOf(s3.put('s3://lake/a', 'x'))
    expect(failure).toMatchObject({
      code: 'forbidden',
      status: 403,
      bucket: 'lake',
      key: 'a',
      serviceCode: 'AccessDenied',
      requestId: 'R1',
    })
    expect(server.requests).toHaveLength(1)
  })

  it('ends the others of its call', async () => {
    const s3 = bed.client({ root: 's3://lake' })
    await bed.stack.faults.s3({ rate: 1, kinds: ['slow'], operations: ['GetObject'], delayMs: 20 })
    bed.stack.s3.requests.reset()
    const wanted = ['not/there', ...Array.from({ length: 5_000 }, (_, at) => `many/${at % 100}`)]
    expect(await failureOf(s3.getMany(wanted))).toMatchObject({ code: 'not-found', key: 'not/there' })
    expect(bed.stack.s3.requests.total).toBeLessThan(500)
  })
})

describe('trouble that passes', () => {
  it('ends at the deadline, and the error says how often it was tried', async () => {
    await bed.stack.faults.s3({ rate: 1, kinds: ['503'] })
    const startedAt = performance.now()
    const failure = await failureOf(bed.client({ root: 's3://lake', deadlineMs: 1_000 }).get('small'))
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    expect(failure).toMatchObject({ code: 'throttled', status: 503, serviceCode: 'SlowDown', retryable: true })
    expect(String(failure)).toMatch(/It was tried \d+ times in \d\.\d s\./)
  })

  it('is outlived by a write whatever kind it is, and the write is done once', async () => {
    const s3 = bed.client({ root: 's3://lake/written' })
    for (const kind of everyKind) {
      await bed.stack.faults.s3({ rate: 1, kinds: [kind], times: 2, delayMs: 10 })
      expect(await s3.put(kind, kind, { overwrite: false })).toMatchObject({ written: true })
    }
    expect(await Promise.all((await s3.getAll()).map((object) => object.text()))).toEqual([...everyKind].sort())
  })

  it('is a lost answer to the completion of an upload: the object is there once, and it is ours', async () => {
    const s3 = bed.client({ root: 's3://lake/completed' })
    for (const overwrite of [true, false]) {
      await bed.stack.faults.s3({ rate: 1, kinds: ['lost-answer'], times: 1, operations: ['CompleteMultipartUpload'] })
      expect((await s3.put(`large-${overwrite}`, contentOf('large', largeSize), { overwrite })).written).toBe(true)
      expect(Buffer.compare(await s3.getBytes(`large-${overwrite}`), contentOf('large', largeSize))).toBe(0)
    }
  })

  it('is keys that expire: they are fetched once more for all requests, and every request goes on', async () => {
    const forced: (boolean | undefined)[] = []
    const credentials = async (options?: { readonly forceRefresh?: boolean }): Promise<typeof keys & { sessionToken: string }> => {
      forced.push(options?.forceRefresh)
      return { ...keys, sessionToken: forced.length === 1 ? 'old' : 'new' }
    }
    await using server = await startRawServer(({ line, headers }) => {
      if (headers['x-amz-security-token'] === 'new') return httpAnswer(200, { body: line.startsWith('HEAD') ? '' : 'hello' })
      return line.startsWith('HEAD') ? httpAnswer(400) : errorAnswer(400, 'ExpiredToken')
    })
    await using s3 = new S3({ endpoint: server.url, credentials })
    const objects = await s3.getMany(Array.from({ length: 200 }, (_, at) => `s3://lake/${at}`))
    expect(objects).toHaveLength(200)
    expect(await s3.info('s3://lake/a')).toMatchObject({ exists: true })
    expect(forced).toEqual([undefined, true])
  })

  it('is keys that expire before a HEAD, whose answer cannot say so', async () => {
    let fetched = 0
    const credentials = async (): Promise<typeof keys & { sessionToken: string }> => {
      fetched += 1
      return { ...keys, sessionToken: fetched === 1 ? 'old' : 'new' }
    }
    await using server = await startRawServer(({ headers }) => httpAnswer(headers['x-amz-security-token'] === 'new' ? 200 : 400))
    await using s3 = new S3({ endpoint: server.url, credentials })
    expect(await s3.info('s3://lake/a')).toMatchObject({ exists: true })
    expect(fetched).toBe(2)
  })

  it('is not keys that stay expired: that fails after one refresh', async () => {
    await using server = await startRawServer(() => errorAnswer(400, 'ExpiredToken'))
    await using s3 = new S3({ endpoint: server.url, credentials: keys })
    expect(await failureOf(s3.get('s3://lake/a'))).toMatchObject({ code: 'expired-credentials', bucket: 'lake', key: 'a' })
    expect(server.requests).toHaveLength(2)
  })

  it.each([-3_600_000, 3_600_000])("is a clock that is %i ms off: the server's is learnt once", async (offsetMs) => {
    await using stack = await startDevstack({
      dir: join(bed.folder, `clock${offsetMs}`),
      buckets: ['lake'],
      now: () => Date.now() + offsetMs,
    })
    const client = (): S3 =>
      new S3({
        endpoint: stack.s3.url,
        root: 's3://lake',
        credentials: { accessKeyId: stack.env.AWS_ACCESS_KEY_ID, secretAccessKey: stack.env.AWS_SECRET_ACCESS_KEY },
      })
    await using s3 = client()
    await s3.put('a', 'hello')
    expect(await (await s3.get('a')).text()).toBe('hello')
    expect(stack.s3.requests.total).toBe(3)
    await using other = client()
    expect(await other.info('a')).toMatchObject({ sizeBytes: 5 })
  })

  it('is a bucket in another region: it is followed there once', async () => {
    await using stack = await startDevstack({ dir: join(bed.folder, 'region'), buckets: ['lake'], region: 'eu-north-1' })
    await using s3 = new S3({
      endpoint: stack.s3.url,
      region: 'us-east-1',
      root: 's3://lake',
      credentials: { accessKeyId: stack.env.AWS_ACCESS_KEY_ID, secretAccessKey: stack.env.AWS_SECRET_ACCESS_KEY },
    })
    await s3.put('a', 'hello')
    await s3.put('b', 'hello')
    expect(stack.s3.requests.total).toBe(3)
  })

  it('is not an endpoint that nobody listens at: that is told after seconds', { timeout: 30_000 }, async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    await new Promise((resolve) => server.close(resolve))
    await using s3 = new S3({ endpoint: `http://127.0.0.1:${port}`, credentials: keys })
    const failure = await failureOf(s3.get('s3://lake/a'))
    expect(failure).toMatchObject({ code: 'connection-failed', bucket: 'lake', key: 'a' })
    expect(String(failure)).toContain(`127.0.0.1:${port}`)
  })
})

describe('an abort', () => {
  const largeFile = join(bed.folder, 'to-put')

  it.each<[string, (s3: S3, signal: AbortSignal) => Promise<unknown>]>([
    ['get', (s3, signal) => s3.get('s3://lake/a', { signal })],
    ['getMany', (s3, signal) => s3.getMany(['s3://lake/a', 's3://lake/b', 's3://lake/c'], { signal })],
    ['getStream', (s3, signal) => collect(s3.getStream(['s3://lake/a'], { signal }))],
    ['getFile', (s3, signal) => s3.getFile('s3://lake/a', join(bed.folder, 'never'), { signal })],
    ['info', (s3, signal) => s3.info('s3://lake/a', { signal })],
    ['put', (s3, signal) => s3.put('s3://lake/a', 'x', { signal })],
    ['put of a large value', (s3, signal) => s3.put('s3://lake/a', contentOf('a', largeSize), { signal })],
    ['putFiles', (s3, signal) => s3.putFiles([['s3://lake/a', largeFile]], { signal })],
    ['list', (s3, signal) => collect(s3.list('s3://lake', { signal }))],
    ['delete', (s3, signal) => s3.delete(['s3://lake/a', 's3://lake/b'], { signal })],
    ['copy', (s3, signal) => s3.copy('s3://lake/a', 's3://lake/b', { signal })],
  ])('of %s is done within 100 ms, gives its own reason and frees the sockets', async (_, call) => {
    writeFileSync(largeFile, contentOf('a', largeSize))
    const asked = Promise.withResolvers<void>()
    await using server = await startRawServer(() => {
      asked.resolve()
      return undefined
    })
    await using s3 = new S3({ endpoint: server.url, credentials: keys })
    const stop = new AbortController()
    const reason = new Error('enough')
    const failure = failureOf(call(s3, stop.signal))
    await asked.promise
    const startedAt = performance.now()
    stop.abort(reason)
    expect(await failure).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(100)
    await expect.poll(() => server.sockets.size, { interval: 5 }).toBe(0)
    expect(existsSync(join(bed.folder, 'never'))).toBe(false)
  })

  it('in the middle of a large body leaves neither its file nor a part of it', async () => {
    const s3 = bed.client({ root: 's3://lake' })
    await bed.stack.faults.s3({ rate: 1, kinds: ['slow'], operations: ['GetObject'], delayMs: 2_000 })
    const stop = new AbortController()
    const path = join(bed.folder, 'aborted', '..', 'aborted-file')
    let abortedAt = 0
    const onProgress = (): void => {
      abortedAt ||= performance.now()
      stop.abort()
    }
    expect(await failureOf(s3.getFile('large', path, { signal: stop.signal, onProgress }))).toMatchObject({ name: 'AbortError' })
    expect(performance.now() - abortedAt).toBeLessThan(100)
    expect(readdirSync(bed.folder).filter((name) => name.startsWith('aborted-file'))).toEqual([])
  })

  it('while it waits to try again is done at once', async () => {
    await bed.stack.faults.s3({ rate: 1, kinds: ['503'] })
    const reason = new Error('enough')
    const stop = new AbortController()
    const failure = failureOf(bed.client({ root: 's3://lake' }).get('small', { signal: stop.signal }))
    await expect.poll(() => bed.stack.s3.requests.total).toBeGreaterThan(2)
    const startedAt = performance.now()
    stop.abort(reason)
    expect(await failure).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(100)
  })

  it('that came before the call sends nothing', async () => {
    const s3 = bed.client({ root: 's3://lake' })
    bed.stack.s3.requests.reset()
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    for (const call of [() => s3.get('small', { signal }), () => s3.put('x', 'x', { signal }), () => s3.getMany(['small'], { signal })])
      expect(await failureOf(call())).toBe(reason)
    expect(bed.stack.s3.requests.total).toBe(0)
  })
})

describe('after a client is closed', () => {
  const descriptors = (): string[] => readdirSync('/proc/self/fd')

  it('no file descriptor and no temporary file is left, also after failures', async () => {
    const path = join(bed.folder, 'left')
    const before = descriptors().length
    for (const round of [0, 1, 2]) {
      const s3 = bed.client({ root: 's3://lake', deadlineMs: 300 })
      await s3.getMany(
        Array.from({ length: 100 }, (_, at) => `many/${at}`),
        { memoryBytes: 10_000 },
      )
      await s3.getFile('large', path)
      await failureOf(s3.getMany(['many/1', 'not/there', 'many/2'], { memoryBytes: 0 }))
      await bed.stack.faults.s3({ rate: 1, kinds: ['truncate', 'reset', 'corrupt'], seed: round })
      await failureOf(s3.getFile('large', path))
      await failureOf(s3.putFiles([['put', path]]))
      await failureOf(s3.put('put', contentOf('put', largeSize)))
      await bed.stack.faults.clear()
      for await (const _ of s3.getStream(['many/1', 'many/2', 'many/3'], { memoryBytes: 0 })) break
      expect(bed.temporaryNames()).toHaveLength(1)
      await s3.close()
      expect(bed.temporaryNames()).toEqual([])
    }
    await expect.poll(() => descriptors().length).toBeLessThanOrEqual(before)
  })

  it('what is asked of it is refused', async () => {
    const s3 = bed.client({ root: 's3://lake' })
    await s3.get('small')
    await s3.close()
    expect(await failureOf((async () => await s3.get('small'))())).toBeInstanceOf(Error)
    await s3.close()
  })

  it('its temporary folder was for its owner alone, and so were the files', async () => {
    await using s3 = bed.client({ root: 's3://lake' })
    const [object] = await s3.getMany(['small'], { memoryBytes: 0 })
    const path = (await object?.file()) ?? ''
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path)).toEqual(contentOf('small', 10_240))
  })
})
