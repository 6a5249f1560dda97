import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { startDevstack } from '@millrace/devstack'
import { S3 } from '@millrace/s3-fast'
import { describe, expect, it } from 'vitest'
import { contentOf } from './data-sets.ts'
import { lakeBed, largeContent, largeSize } from './lake-bed.ts'
import { errorAnswer, httpAnswer, startRawServer } from './raw-server.ts'
import { collect, everyKind, failureOf } from './test-bed.ts'

const bed = lakeBed()
const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret' }

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
      expect((await s3.put(`large-${overwrite}`, largeContent, { overwrite })).written).toBe(true)
      expect(Buffer.compare(await s3.getBytes(`large-${overwrite}`), largeContent)).toBe(0)
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
