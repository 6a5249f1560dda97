import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { failureOf, sharedStack, someBytes } from './stack.fixture.ts'

const shared = sharedStack()

describe('an object', () => {
  test('is written in one request and read in one', async () => {
    const s3 = shared.client()
    expect(await s3.put('greeting', 'good morning')).toMatchObject({
      key: 'greeting',
      written: true,
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    })
    const object = await s3.get('greeting')
    expect(await object.text()).toBe('good morning')
    expect(shared.stack.s3.requests.counts).toEqual({ PutObject: 1, GetObject: 1 })
  })

  test('tells all that is known of it', async () => {
    const s3 = shared.client({ root: 's3://bucket/known' })
    const before = Date.now()
    await s3.put('a/b.json', JSON.stringify({ sum: 3 }), {
      contentType: 'application/json',
      metadata: { Author: 'Ada', title: '刺身 and more' },
      encryption: 'AES256',
    })
    const object = await s3.get('a/b.json')
    expect(object).toMatchObject({
      key: 'a/b.json',
      url: 's3://bucket/known/a/b.json',
      exists: true,
      sizeBytes: 9,
      contentType: 'application/json',
      metadata: { author: 'Ada', title: '刺身 and more' },
      encryption: 'AES256',
      storageClass: 'STANDARD',
      range: undefined,
    })
    expect(await object.json()).toEqual({ sum: 3 })
    expect(Math.abs((object.lastModified?.getTime() ?? 0) - before)).toBeLessThan(10_000)
    const info = await s3.info('a/b.json')
    expect(info).toMatchObject({
      key: 'a/b.json',
      sizeBytes: 9,
      contentType: 'application/json',
      metadata: object.metadata,
      etag: object.etag,
    })
  })

  test.each([
    ['text', 'ümläut', 'ümläut'],
    ['bytes', new Uint8Array([1, 2, 3]), '\u0001\u0002\u0003'],
    ['an ArrayBuffer', new Uint8Array([65, 66]).buffer, 'AB'],
    ['pieces', [Buffer.from('one '), new Uint8Array(), Buffer.from('two')], 'one two'],
    ['nothing', '', ''],
    ['no pieces', [], ''],
  ])('is made of %s', async (_, value, text) => {
    const s3 = shared.client()
    await s3.put('key', value)
    expect(await (await s3.get('key')).text()).toBe(text)
    expect((await s3.info('key')).sizeBytes).toBe(Buffer.byteLength(text))
  })

  test('is made of a stream: Node’s, the web’s, a generator', async () => {
    const s3 = shared.client()
    await s3.put('node', Readable.from([Buffer.from('a'), Buffer.from('b')]))
    await s3.put('text', Readable.from(['a', 'b']) as AsyncIterable<Uint8Array>)
    await s3.put('web', new Blob(['ab']).stream() as unknown as AsyncIterable<Uint8Array>)
    await s3.put('empty', (async function* () {})())
    expect(await Promise.all(['node', 'text', 'web', 'empty'].map(async (key) => (await s3.get(key)).text()))).toEqual([
      'ab',
      'ab',
      'ab',
      '',
    ])
  })

  test('is given as bytes, text, a stream and a file', async () => {
    const s3 = shared.client()
    const body = someBytes(5_000)
    await s3.put('some.bin', body)
    for (const memoryBytes of [undefined, 0]) {
      const [object] = await s3.getMany(['some.bin'], memoryBytes === undefined ? {} : { memoryBytes })
      if (!object) throw new Error('It is there.')
      expect(Buffer.from(await object.bytes()).equals(body)).toBe(true)
      expect(Buffer.concat(await object.stream().toArray()).equals(body)).toBe(true)
      const path = await object.file()
      expect(path).toMatch(/some\.bin$/)
      expect(await object.file()).toBe(path)
      expect(readFileSync(path).equals(body)).toBe(true)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
      expect(object.memoryBytes).toBe(memoryBytes === 0 ? 0 : 5_000)
    }
  })

  test('is given as bytes and nothing else, too', async () => {
    const s3 = shared.client()
    await s3.put('key', 'bytes')
    expect(Buffer.from(await s3.getBytes('key')).toString()).toBe('bytes')
    expect(Buffer.from(await s3.getBytes({ key: 'key', range: { offset: -3 } }, { checksum: false })).toString()).toBe('tes')
  })

  test('may have any key', async () => {
    const s3 = shared.client()
    const keys = [
      'a b',
      'a+b%20c',
      'x//y',
      './..',
      '刺身/means sashimi',
      '\u0001\u00ff',
      'quote"\'&<>',
      `${'x/'.repeat(300)}x`,
      'trailing/',
      '?#[]@:;=',
      '😀',
    ]
    for (const key of keys) await s3.put(key, key)
    for (const key of keys) expect(await (await s3.get(key)).text()).toBe(key)
    const listed: string[] = []
    for await (const { key } of s3.listRecursive()) listed.push(key)
    expect(listed).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
    await s3.delete(keys)
    expect(await s3.getAll()).toEqual([])
  })
})

describe('a range', () => {
  test.each([
    [{ offset: 0, length: 16 }, '0123456789abcdef'.slice(0, 16), { offset: 0, length: 16 }],
    [{ offset: 5, length: 10 }, '56789abcde', { offset: 5, length: 10 }],
    [{ offset: 30, length: 10 * 1024 ** 3 }, 'uvwxyz', { offset: 30, length: 6 }],
    [{ offset: -5 }, 'vwxyz', { offset: 31, length: 5 }],
    [{ offset: 33 }, 'xyz', { offset: 33, length: 3 }],
  ])('of %j is read', async (range, text, told) => {
    const s3 = shared.client()
    await s3.put('letters', '0123456789abcdefghijklmnopqrstuvwxyz')
    const object = await s3.get({ key: 'letters', range })
    expect(await object.text()).toBe(text)
    expect(object.range).toEqual(told)
    expect(object.sizeBytes).toBe(36)
  })

  test('beyond the end is told, with the object', async () => {
    const s3 = shared.client()
    await s3.put('letters', 'abc')
    const error = await failureOf(s3.get({ key: 'letters', range: { offset: 5 } }))
    expect(error).toMatchObject({ code: 'range-not-satisfiable', status: 416, bucket: 'bucket', retryable: false })
    expect(error.message).toContain('letters')
  })
})

describe('what is not there', () => {
  test('fails at once, in one request, with its meaning, bucket and key', async () => {
    const s3 = shared.client()
    const error = await failureOf(s3.get('missing'))
    expect(error).toMatchObject({
      code: 'not-found',
      status: 404,
      bucket: 'bucket',
      key: expect.stringMatching(/\/missing$/),
      retryable: false,
    })
    expect(error.requestId).toBeTruthy()
    expect(shared.stack.s3.requests.total).toBe(1)
    expect((await failureOf(s3.info('missing'))).code).toBe('not-found')
    expect((await failureOf(s3.copy('missing', 'x'))).code).toBe('not-found')
  })

  test('is a bucket or an object, and told apart', async () => {
    const s3 = shared.client({ root: 's3://no-such-bucket/x' })
    expect((await failureOf(s3.get('key'))).code).toBe('bucket-not-found')
    expect((await failureOf(s3.put('key', 'x'))).code).toBe('bucket-not-found')
    expect((await failureOf(s3.list().next())).code).toBe('bucket-not-found')
    expect((await failureOf(s3.info('key'))).code).toBe('bucket-not-found')
  })

  test('has its place in the order of the results, where it is to be returned', async () => {
    const s3 = shared.client()
    await s3.putMany([['a', 'A'], ['c', 'C']]) // biome-ignore format: pairs
    const objects = await s3.getMany(['a', 'b', 'c', 'd'], { missing: 'return' })
    expect(objects.map(({ key, exists }) => [key, exists])).toEqual([['a', true], ['b', false], ['c', true], ['d', false]]) // biome-ignore format: pairs
    expect(objects[1]).toEqual({ key: 'b', url: expect.stringMatching(/^s3:\/\/bucket\/\d+\/b$/), exists: false })
    const infos = await s3.infoMany(['d', 'a'], { missing: 'return' })
    expect(infos.map(({ exists }) => exists)).toEqual([false, true])
    expect((await failureOf(s3.getMany(['a', 'b']))).key).toMatch(/\/b$/)
    expect((await failureOf(s3.infoMany(['a', 'b']))).key).toMatch(/\/b$/)
  })
})

describe('a write that creates only', () => {
  test('writes where there is nothing, and says where there is something', async () => {
    const s3 = shared.client()
    expect(await s3.put('key', 'first', { overwrite: false })).toMatchObject({ written: true })
    expect(await s3.put('key', 'second', { overwrite: false })).toMatchObject({ written: false, etag: undefined })
    expect(await (await s3.get('key')).text()).toBe('first')
    expect((await s3.info('key')).metadata).toEqual({})
    expect(await s3.put('key', 'third')).toMatchObject({ written: true })
  })

  test('has one winner among many', async () => {
    const clients = Array.from({ length: 4 }, () => shared.client({ root: 's3://bucket/race' }))
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) => clients[index % 4]?.put('key', `${index}`, { overwrite: false })),
    )
    expect(results.filter((result) => result?.written)).toHaveLength(1)
  })
})

describe('a copy', () => {
  test('has the content, the type and the metadata of its source, or others', async () => {
    const s3 = shared.client()
    await s3.put('from', 'content', { contentType: 'text/plain', metadata: { author: 'ada' } })
    await s3.copy('from', 'to/刺身')
    const copy = await s3.get('to/刺身')
    expect(await copy.text()).toBe('content')
    expect(copy).toMatchObject({ contentType: 'text/plain', metadata: { author: 'ada' } })
    await s3.copy(copy.url, 'again', { metadata: { author: 'grace' } })
    expect((await s3.info('again')).metadata).toEqual({ author: 'grace' })
  })

  test('may go to another bucket', async () => {
    const s3 = shared.client()
    await s3.put('from', 'content')
    const { url } = await s3.info('from')
    const other = shared.client({ root: 's3://other-bucket' })
    await other.copy(url, 'here')
    expect(await (await other.get('here')).text()).toBe('content')
  })
})
