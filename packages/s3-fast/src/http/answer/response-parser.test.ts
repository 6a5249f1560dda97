import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxHeadBytes, ProtocolViolation } from './response-head.ts'
import { ResponseParser } from './response-parser.ts'

interface Answer {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** What a parser makes of an answer that comes in these pieces. `undefined` while it is not complete. */
function parse(pieces: readonly Buffer[], method = 'GET'): Answer | undefined {
  const parser = new ResponseParser()
  parser.expect(method)
  const body: Buffer[] = []
  let isComplete = false
  for (const piece of pieces) {
    // The same memory for every piece, as in a read buffer: nothing may point into it later.
    const shared = Buffer.concat([Buffer.from('###'), piece, Buffer.from('###')])
    parser.feed(shared, { start: 3, end: 3 + piece.length })
    for (let part = parser.next(); part !== 'more'; part = parser.next()) {
      if (part === 'body') body.push(Buffer.from(shared.subarray(parser.bodyStart, parser.bodyEnd)))
      if (part === 'end') isComplete = true
    }
    shared.fill(0)
  }
  if (!isComplete || !parser.head) return undefined
  return { status: parser.head.status, headers: [...parser.head.headers()], body: Buffer.concat(body).toString('latin1') }
}

const whole = (text: string) => [Buffer.from(text, 'latin1')]
const cut = (text: string, at: number) => [Buffer.from(text.slice(0, at), 'latin1'), Buffer.from(text.slice(at), 'latin1')]
const bytewise = (text: string) => [...Buffer.from(text, 'latin1')].map((byte) => Buffer.of(byte))
const head = (...lines: string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`

describe('an answer', () => {
  const answers: Readonly<Record<string, string>> = {
    'with a length': `${head('Content-Length: 5', 'ETag: "a"', 'x-amz-meta-a:  b c \t', 'x-empty:')}hello`,
    'with chunks': `${head('Transfer-Encoding: chunked')}5\r\nhello\r\n00B\r\n, and more..\r\n0\r\n\r\n`.replace('00B', '00C'),
    'with trailers': `${head('transfer-encoding: Chunked')}1\r\na\r\n0\r\nx-amz-checksum-crc32: AAAA\r\nb:\r\n\r\n`,
    'after 100 Continue': `HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${head('content-length: 1')}z`,
    'without a reason': 'HTTP/1.1 503\r\ncontent-length: 0\r\n\r\n',
    'with bytes beyond ASCII': `${head('content-length: 2', 'x-amz-meta-name: \xe9\xff')}\x00\xff`,
    'without a body': 'HTTP/1.1 204 No Content\r\nx-amz-request-id: 1\r\n\r\n',
  }

  test.each(Object.entries(answers))('%s reads the same wherever it is split', (_, text) => {
    const expected = parse(whole(text))
    expect(expected).toBeDefined()
    for (let at = 1; at < text.length; at += 1) expect(parse(cut(text, at)), `split at ${at}`).toEqual(expected)
    expect(parse(bytewise(text))).toEqual(expected)
  })

  test.each(Object.entries(answers))('%s is not complete a byte earlier, wherever the connection ends', (_, text) => {
    for (let end = 0; end < text.length; end += 1) expect(parse(whole(text.slice(0, end))), `ends at ${end}`).toBeUndefined()
  })

  test.each(Object.entries(answers))('%s is refused when a byte follows it', (_, text) => {
    for (const surplus of ['x', '\n', '\r\n', text]) {
      expect(() => parse(whole(text + surplus))).toThrow(ProtocolViolation)
      expect(() => parse([...whole(text), ...whole(surplus)])).toThrow('no request asked for')
    }
  })

  test('gives its headers in lower case, trimmed, and joins those of one name', () => {
    const parser = new ResponseParser()
    parser.expect('GET')
    const text = head('Content-Length: 0', 'X-A: 1', 'x-b:', 'x-A:\t2 ')
    parser.feed(Buffer.from(text), { start: 0, end: text.length })
    expect(parser.next()).toBe('head')
    expect(parser.head?.header('x-a')).toBe('1, 2')
    expect(parser.head?.header('x-b')).toBe('')
    expect(parser.head?.header('x-c')).toBeUndefined()
    expect([...(parser.head?.headers() ?? [])]).toEqual([
      ['content-length', '0'],
      ['x-a', '1'],
      ['x-b', ''],
      ['x-a', '2'],
    ])
  })

  test('to HEAD, and one with status 304, has no body whatever length it states', () => {
    expect(parse(whole(head('content-length: 1048576')), 'HEAD')?.headers).toEqual([['content-length', '1048576']])
    expect(parse(whole(head('transfer-encoding: chunked')), 'HEAD')?.body).toBe('')
    expect(parse(whole('HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n'))?.body).toBe('')
    expect(() => parse(whole(`${head('content-length: 5')}hello`), 'HEAD')).toThrow(ProtocolViolation)
  })

  test('says whether its connection may be used again', () => {
    const keepAlive = (...lines: string[]) => {
      const parser = new ResponseParser()
      parser.expect('GET')
      const text = head('content-length: 0', ...lines)
      parser.feed(Buffer.from(text), { start: 0, end: text.length })
      parser.next()
      return parser.head?.keepAlive
    }
    expect(keepAlive()).toBe(true)
    expect(keepAlive('connection: keep-alive')).toBe(true)
    expect(keepAlive('connection: x-closely, close-ish')).toBe(true)
    expect(keepAlive('Connection: Close')).toBe(false)
    expect(keepAlive('connection: x', 'connection: keep-alive ,close')).toBe(false)
  })
})

describe('refused at once, and when it comes byte by byte', () => {
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH'],
    ['a body where a head should be', '<?xml'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
    ['an empty line before the status', '\r\nHTTP/1.1 200 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a status out of range', 'HTTP/1.1 999 OK\r\ncontent-length: 0\r\n\r\n'],
    ['a signed status', 'HTTP/1.1 +20 OK\r\n\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a bare LF after the status', 'HTTP/1.1 200 OK\ncontent-length: 0\r\n\r\n'],
    ['a bare LF after a header', 'HTTP/1.1 200 OK\r\ncontent-length: 0\n\r\n'],
    ['a bare LF at the end', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\n'],
    ['a bare CR in a value', head('x: a\rb', 'content-length: 0')],
    ['NUL in a value', head('x: a\0b', 'content-length: 0')],
    ['DEL in a value', head('x: a\x7fb', 'content-length: 0')],
    ['a folded line', head('x: a', ' b', 'content-length: 0')],
    ['a space before a colon', head('content-length : 0')],
    ['a space before a name', head(' content-length: 0')],
    ['a line without a colon', head('content-length', 'content-length: 0')],
    ['a name that is empty', head(': 0', 'content-length: 0')],
    ['a name with a byte that no name has', head('content\xe9length: 0', 'content-length: 0')],
    ['two lengths that differ', head('content-length: 1', 'content-length: 2')],
    ['two lengths that are the same', head('content-length: 1', 'Content-Length: 1')],
    ['a list of lengths', head('content-length: 1, 1')],
    ['a negative length', head('content-length: -1')],
    ['a signed length', head('content-length: +1')],
    ['a hexadecimal length', head('content-length: 0x10')],
    ['an empty length', head('content-length:')],
    ['a length with a space in it', head('content-length: 1 0')],
    ['a length beyond what a number holds', head('content-length: 9999999999999999')],
    ['a length and chunks', head('content-length: 5', 'transfer-encoding: chunked')],
    ['chunks and a length', head('transfer-encoding: chunked', 'content-length: 5')],
    ['another transfer coding', head('transfer-encoding: gzip, chunked')],
    ['a transfer coding twice', head('transfer-encoding: chunked', 'transfer-encoding: chunked')],
    ['a transfer coding in disguise', head('transfer-encoding: xchunked')],
    ['no length', head('etag: "a"')],
    ['204 with a length', 'HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n'],
    ['204 with chunks', 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['100 with a length', 'HTTP/1.1 100 Continue\r\ncontent-length: 5\r\n\r\n'],
    ['interim answers without an end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(9)],
    ['headers without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(maxHeadBytes)}`],
    ['more headers than anyone sends', head(...Array.from({ length: 257 }, (_, index) => `x-${index}: 1`), 'content-length: 0')],
  ])('%s', (_, text) => {
    expect(() => parse(whole(text))).toThrow(ProtocolViolation)
    expect(() => parse(bytewise(text))).toThrow(ProtocolViolation)
  })

  test.each([
    ['no size', '\r\n'],
    ['a negative size', '-5\r\n'],
    ['a size with a prefix', '0x5\r\nhello\r\n'],
    ['a space before the size', ' 5\r\nhello\r\n'],
    ['a space after the size', '5 \r\nhello\r\n'],
    ['an extension', '5;a=b\r\nhello\r\n'],
    ['a size that ends with a bare LF', '5\nhello\r\n'],
    ['a size that ends with a bare CR', '5\rxhello'],
    ['a size without an end', '000000000000000000'],
    ['a size beyond what a number holds', 'ffffffffffff\r\n'],
    ['a chunk that is longer than its size', '5\r\nhello!\r\n'],
    ['a chunk that ends with a bare LF', '5\r\nhello\n'],
    ['a trailer that is no header line', '0\r\nhello\r\n\r\n'],
    ['a trailer with a bare LF', '0\r\na: b\n\r\n'],
    ['trailers without an end', `0\r\na: ${'y'.repeat(8 * 1024)}`],
  ])('chunks with %s', (_, chunks) => {
    const text = head('transfer-encoding: chunked') + chunks
    expect(() => parse(whole(text))).toThrow(ProtocolViolation)
    expect(() => parse(bytewise(text))).toThrow(ProtocolViolation)
  })

  test('a head that is exactly as long as it may be is read, one byte more is refused', () => {
    const fill = (length: number) => head('content-length: 0', `x: ${'y'.repeat(length - head('content-length: 0', 'x: ').length)}`)
    expect(parse(whole(fill(maxHeadBytes)))?.status).toBe(200)
    expect(() => parse(whole(fill(maxHeadBytes + 1)))).toThrow('longer than')
    expect(() => parse(cut(fill(maxHeadBytes + 1), 9))).toThrow('longer than')
  })

  test('a split head is read although much of a body follows in the same piece', () => {
    const text = `${head(`content-length: ${3 * maxHeadBytes}`)}${'b'.repeat(3 * maxHeadBytes)}`
    for (const at of [1, 20, 40]) expect(parse(cut(text, at))?.body).toHaveLength(3 * maxHeadBytes)
  })
})

describe('whatever comes', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.!~'), minLength: 1, maxLength: 12 }).map((rest) => `x-${rest}`)
  const value = fc.string({ unit: fc.constantFrom(...'ab c\té"=,;:/'), maxLength: 20 })
  const chunked = fc.record({
    chunks: fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 }),
    upper: fc.constantFrom(true, false),
  })
  const body = fc.oneof(fc.uint8Array({ maxLength: 100 }), chunked)
  const answer = fc.record({
    status: fc.constantFrom(200, 206, 404, 503),
    headers: fc.array(fc.record({ name, value }), { maxLength: 6 }),
    body,
  })
  const cuts = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 })

  test('a well-formed answer reads as what was written, however it is cut', () => {
    fc.assert(
      fc.property(answer, cuts, (given, at) => {
        const lines = given.headers.map((each) => `${each.name}: ${each.value}`)
        const isLength = given.body instanceof Uint8Array
        const bytes = given.body instanceof Uint8Array ? Buffer.from(given.body) : Buffer.concat(given.body.chunks)
        lines.push(isLength ? `content-length: ${bytes.length}` : 'transfer-encoding: chunked')
        const framed =
          given.body instanceof Uint8Array
            ? bytes.toString('latin1')
            : `${given.body.chunks.map((each) => `${each.length.toString(16)}\r\n${Buffer.from(each).toString('latin1')}\r\n`).join('')}0\r\n\r\n`
        const text = `HTTP/1.1 ${given.status} Some Reason\r\n${lines.join('\r\n')}\r\n\r\n${framed}`
        const marks = [0, ...at.filter((mark) => mark < text.length).sort((a, b) => a - b), text.length]
        const pieces = marks.slice(1).map((mark, index) => Buffer.from(text.slice(marks[index], mark), 'latin1'))
        const read = parse(pieces.filter((piece) => piece.length > 0))
        expect(read?.status).toBe(given.status)
        expect(read?.body).toBe(bytes.toString('latin1'))
        expect(read?.headers.slice(0, -1)).toEqual(
          given.headers.map((each) => [each.name.toLowerCase(), each.value.replace(/^[ \t]+|[ \t]+$/g, '')]),
        )
      }),
    )
  })

  test('bytes at random, and answers with bytes changed, are read or refused, never anything else, and the same in one piece as byte by byte', () => {
    const outcome = (pieces: readonly Buffer[]) => {
      try {
        return parse(pieces)
      } catch (error) {
        if (!(error instanceof ProtocolViolation)) throw error
        return 'refused'
      }
    }
    const seeds = [`${head('content-length: 5', 'etag: "a"')}hello`, `${head('transfer-encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`]
    const changed = fc
      .record({
        seed: fc.constantFrom(...seeds),
        at: fc.integer({ min: 0, max: 80 }),
        drop: fc.integer({ min: 0, max: 3 }),
        insert: fc.oneof(
          fc.string({ unit: fc.constantFrom('\r', '\n', ' ', ':', '0', '5', ',', 'x', '\t', '\0', '\r\n'), maxLength: 3 }),
          fc.constantFrom(''),
        ),
      })
      .map(({ seed, at, drop, insert }) => Buffer.from(seed.slice(0, at) + insert + seed.slice(at + drop), 'latin1'))
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 }).map(Buffer.from)), (bytes) => {
        expect(outcome(bytewise(bytes.toString('latin1')))).toEqual(outcome([bytes]))
      }),
      { numRuns: 2_000 },
    )
  })
})
