import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SignatureError } from '../signature-error.ts'
import { signingKey } from '../signing-key.ts'
import { AwsChunkedDecoder, AwsChunkedError } from './aws-chunked.ts'
import { ChunkSignatures } from './chunk-signatures.ts'

// AWS's worked example "Transferring Payload in Multiple Chunks": 65 KiB of "a" in chunks of 64 KiB.
const scope = { date: '20130524', region: 'us-east-1', service: 's3' }
const verified = {
  signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  signingKey: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope),
  scope,
  amzDate: '20130524T000000Z',
  payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
}
const example = [
  `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${'a'.repeat(65_536)}\r\n`,
  `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${'a'.repeat(1_024)}\r\n`,
  '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
].join('')

function decode(pieces: readonly string[], options: { signed?: boolean; trailer?: boolean } = {}): { text: string; trailers: object } {
  let text = ''
  const decoder = new AwsChunkedDecoder({
    onData: (data) => {
      text += data.toString('latin1')
    },
    signatures: options.signed ? new ChunkSignatures(verified) : undefined,
    trailer: options.trailer ?? false,
  })
  for (const piece of pieces) decoder.push(Buffer.from(piece, 'latin1'))
  decoder.end()
  return { text, trailers: Object.fromEntries(decoder.trailers) }
}

const split = (text: string, cuts: readonly number[]): string[] => {
  const sorted = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b)
  return sorted.slice(1).map((end, index) => text.slice(sorted[index], end))
}

describe('signed chunks', () => {
  test('of the example of AWS are accepted, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(70_000), { maxLength: 6 }), (cuts) => {
        expect(decode(split(example, cuts), { signed: true }).text).toBe('a'.repeat(66_560))
      }),
      { numRuns: 20 },
    )
  })

  test.each([
    ['whose data was changed', example.replace('aaaa', 'aaba')],
    ['whose signature was changed', example.replace('ad80c7', 'ad80c8')],
    ['without a signature', example.replace(/;chunk-signature=0055\w+/, '')],
    ['that lack the last one but one', example.replace(/400;chunk[^0]*0055[^;]*(?=0;chunk)/s, '')],
  ])('%s are refused', (_, text) => {
    expect(() => decode([text], { signed: true })).toThrow(SignatureError)
  })
})

describe('unsigned chunks', () => {
  const trailing = '5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n'

  test('give their data and the trailing headers, cut at every byte', () => {
    for (let at = 0; at <= trailing.length; at += 1)
      expect(decode([trailing.slice(0, at), trailing.slice(at)], { trailer: true })).toEqual({
        text: 'hello world',
        trailers: { 'x-amz-checksum-crc32': 'DUoRhQ==' },
      })
    expect(decode([...trailing], { trailer: true }).text).toBe('hello world')
  })

  test('that end too early are refused, at every byte', () => {
    for (let at = 0; at < trailing.length; at += 1) expect(() => decode([trailing.slice(0, at)])).toThrow(AwsChunkedError)
  })

  test.each([
    ['a length that is no number', 'x\r\nhello\r\n0\r\n\r\n'],
    ['a length that is negative', '-5\r\nhello\r\n0\r\n\r\n'],
    ['a chunk that is longer than it says', '4\r\nhello\r\n0\r\n\r\n'],
    ['a line without CRLF', '5\nhello\r\n0\r\n\r\n'],
    ['more behind the end', '5\r\nhello\r\n0\r\n\r\nmore\r\n'],
    ['a trailing header without a name', '5\r\nhello\r\n0\r\n:x\r\n\r\n'],
    ['a trailing header that comes twice', '0\r\na:x\r\nA:y\r\n\r\n'],
    ['a line without an end', 'f'.repeat(10_000)],
  ])('with %s are refused', (_, text) => {
    expect(() => decode([text])).toThrow(AwsChunkedError)
  })
})
