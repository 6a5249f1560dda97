import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codePoints } from '../code-points.fixture.ts'
import { encodeKey, encodeQuery } from './encode-key.ts'
import { createSigner, type Signer } from './signer.ts'

/** "Examples: signature calculations", Amazon S3 API reference, authenticating requests (AWS Signature Version 4). */
const documented = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const documentedRequest = { method: 'GET', host: 'examplebucket.s3.amazonaws.com', path: '/', signedAtMs: Date.UTC(2013, 4, 24) }

test.each<[string, Partial<Parameters<Signer['sign']>[0]>, string]>([
  [
    'GET Object',
    { path: '/test.txt', headers: [['range', 'bytes=0-9']] },
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT Object',
    {
      method: 'PUT',
      path: encodeKey('/test$file.text'),
      headers: [
        ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
        ['date', 'Fri, 24 May 2013 00:00:00 GMT'],
      ],
      payloadHash: createHash('sha256').update('Welcome to Amazon S3.').digest('hex'),
    },
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  ['GET Bucket Lifecycle', { query: encodeQuery([['lifecycle', '']]) }, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  [
    'GET Bucket (List Objects)',
    {
      query: encodeQuery([
        ['prefix', 'J'],
        ['max-keys', '2'],
      ]),
    },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
])("the signer signs S3's documented example %s as AWS does", (_, request, signature) => {
  const block = createSigner({ region: 'us-east-1' }).sign({ ...documentedRequest, ...request }, documented)
  expect(block).toContain(`Signature=${signature}\r\n`)
  expect(block).toContain('Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request')
})

test("the signer signs whatever the AWS SDK's signer signs with the same signature", async () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)
  const wellFormed = fc.string({ unit: codePoints, maxLength: 20 })
  const headerValue = fc.stringMatching(/^[\x21-\x7e]([\x20-\x7e]{0,40}[\x21-\x7e])?$/)
  const request = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'HEAD', 'POST', 'DELETE'),
    key: wellFormed,
    query: fc.uniqueArray(fc.tuple(fc.oneof(word, wellFormed), wellFormed), { selector: ([name]) => name, maxLength: 5 }),
    headers: fc.uniqueArray(fc.tuple(word, headerValue), { selector: ([name]) => name, maxLength: 6 }),
    sessionToken: fc.option(fc.stringMatching(/^[\x21-\x7e]{1,200}$/), { nil: undefined }),
    region: word,
    secretAccessKey: fc.stringMatching(/^[\x21-\x7e]{1,60}$/),
    signedAt: fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ method, key, query, headers, sessionToken, region, secretAccessKey, signedAt }) => {
      const own = headers.filter(([name]) => !notSignedByTheSdk.test(name))
      const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
      const path = `/bucket/${encodeKey(key)}`
      const block = createSigner({ region }).sign(
        { method, host: 'localhost:9000', path, query: encodeQuery(query), headers: own, signedAtMs: signedAt.getTime() },
        credentials,
      )
      const theirs = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false, applyChecksum: true })
      const signed = await theirs.sign(
        {
          method,
          protocol: 'http:',
          hostname: 'localhost',
          port: 9_000,
          path,
          query: Object.fromEntries(query),
          headers: { ...Object.fromEntries(own), host: 'localhost:9000' },
        },
        { signingDate: signedAt },
      )
      expect(headersOf(block)).toEqual(signed.headers)
    }),
    { numRuns: 100 },
  )
})

/** Headers that proxies change, and those that both signers set themselves. */
const notSignedByTheSdk =
  /^(authorization|cache-control|connection|expect|from|host|keep-alive|max-forwards|pragma|referer|te|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id|date|x-amz-date|x-amz-content-sha256|x-amz-security-token|proxy-.*|sec-.*)$/

test('the signer keeps its derived key and still follows the day, the secret and the token', () => {
  const signer = createSigner({ region: 'us-east-1' })
  const sign = (day: number, secretAccessKey: string, sessionToken?: string): string =>
    signer.sign(
      { ...documentedRequest, signedAtMs: Date.UTC(2026, 0, day) },
      { accessKeyId: 'AKID', secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    )
  const blocks = [sign(1, 'a'), sign(2, 'a'), sign(2, 'b'), sign(2, 'b', 'token'), sign(1, 'a')]
  expect(new Set(blocks.map((block) => /Signature=(\w+)/.exec(block)?.[1])).size).toBe(4)
  expect(blocks[0]).toBe(blocks[4])
  expect(blocks[3]).toContain('\r\nx-amz-security-token: token\r\n')
})

test('the signer signs the bytes that a value of Latin-1 has on the wire', () => {
  const signer = createSigner({ region: 'us-east-1' })
  const value = Buffer.from('刺身', 'utf8').toString('latin1')
  const block = signer.sign({ ...documentedRequest, headers: [['x-amz-meta-name', value]] }, documented)
  const names = 'host;x-amz-content-sha256;x-amz-date;x-amz-meta-name'
  const empty = createHash('sha256').digest('hex')
  const canonical = `GET\n/\n\nhost:${documentedRequest.host}\nx-amz-content-sha256:${empty}\nx-amz-date:20130524T000000Z\nx-amz-meta-name:刺身\n\n${names}\n${empty}`
  const scope = '20130524/us-east-1/s3/aws4_request'
  const text = `AWS4-HMAC-SHA256\n20130524T000000Z\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`
  const key = scope
    .split('/')
    .reduce((before: Buffer, part) => createHmac('sha256', before).update(part).digest(), Buffer.from(`AWS4${documented.secretAccessKey}`))
  expect(block).toContain(`Signature=${createHmac('sha256', key).update(text).digest('hex')}`)
  expect(block).toContain(`x-amz-meta-name: ${value}\r\n`)
})

test.each(['a\r\nx-evil: 1', 'a\nb', 'a\0b', '刺'])('the signer refuses the header value %j', (value) => {
  const signer = createSigner({ region: 'us-east-1' })
  expect(() => signer.sign({ ...documentedRequest, headers: [['x-amz-meta-a', value]] }, documented)).toThrow(TypeError)
})

class Sha256 {
  readonly #hash: ReturnType<typeof createHash>

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = (secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer)) as ReturnType<typeof createHash>
  }

  update(data: Uint8Array): void {
    this.#hash.update(data)
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    throw new Error('Not used.')
  }
}

const headersOf = (block: string): Record<string, string> =>
  Object.fromEntries(
    block
      .split('\r\n')
      .slice(0, -1)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
