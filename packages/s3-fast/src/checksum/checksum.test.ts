import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { S3Error } from '../errors/s3-error.ts'
import { crcCombiner } from './combine-crc.ts'
import { combineCrc32 } from './combine-crc32.ts'
import { type CrcParameters, crc32cParameters, crc64NvmeParameters, crcToBase64 } from './crc-parameters.ts'
import { crc32Of } from './crc32-of.ts'
import { crc32ToBase64 } from './crc32-to-base64.ts'
import { tableCrc } from './table-crc.ts'
import { verifyBody } from './verify-body.ts'

const check = Buffer.from('123456789')
const updateCrc32c = tableCrc(crc32cParameters)
const updateCrc64 = tableCrc(crc64NvmeParameters)
const crc32cBase64 = (body: Uint8Array): string => crcToBase64(updateCrc32c(0n, body), crc32cParameters)
const crc64NvmeBase64 = (body: Uint8Array): string => crcToBase64(updateCrc64(0n, body), crc64NvmeParameters)

test('each CRC has the check value of its catalogue', () => {
  expect(crc32ToBase64(crc32Of([check]))).toBe('y/Q5Jg==')
  expect(crc32cBase64(check)).toBe(Buffer.from('e3069283', 'hex').toString('base64'))
  expect(crc64NvmeBase64(check)).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'))
})

test('each CRC is the same as one that is computed bit by bit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (body) => {
      expect(crc64NvmeBase64(body)).toBe(bitwise(body, { polynomial: 0x9a6c9329ac4bc9b5n, width: 64n }))
      expect(crc32cBase64(body)).toBe(bitwise(body, { polynomial: 0x82f63b78n, width: 32n }))
    }),
  )
})

test.each<[string, CrcParameters]>([
  ['CRC32C', crc32cParameters],
  ['CRC64NVME', crc64NvmeParameters],
])('a %s goes on from piece to piece, and is combined from runs', (_, parameters) => {
  const update = tableCrc(parameters)
  const combine = crcCombiner(parameters)
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      const whole = update(0n, Buffer.concat([first, second]))
      expect(update(update(0n, first), second)).toBe(whole)
      expect(combine(update(0n, first), { crc: update(0n, second), sizeBytes: second.length })).toBe(whole)
    }),
  )
  // Larger than the memory of the module.
  const large = Buffer.alloc(1_000_003, 'abcdefg')
  expect(combine(update(0n, large.subarray(0, 400_001)), { crc: update(0n, large.subarray(400_001)), sizeBytes: 600_002 })).toBe(
    update(0n, large),
  )
})

test('a CRC32 in pieces is the CRC32 of the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (pieces) => {
      const whole = Buffer.alloc(4)
      whole.writeUInt32BE(crc32(Buffer.concat(pieces)))
      expect(crc32ToBase64(crc32Of(pieces))).toBe(whole.toString('base64'))
    }),
  )
  // With nothing in them, and made where Node 22 loses what came before.
  for (const empty of [new TextEncoder().encode(''), randomBytes(0)]) expect(crc32Of([check, empty])).toBe(crc32(check))
})

test('the CRC32 of two bodies is combined from theirs, empty ones included', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
      expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(crc32(Buffer.concat([first, second])))
    }),
  )
})

test('the CRC32 of large bodies is combined too: 3 times 2 GiB of zeros are 6 GiB of zeros', () => {
  const chunk = Buffer.alloc(1_048_576)
  let mebibyte = crc32(chunk)
  for (let at = 0; at < 11; at += 1) mebibyte = combineCrc32(mebibyte, mebibyte, 1_048_576 * 2 ** at)
  const three = combineCrc32(combineCrc32(mebibyte, mebibyte, 2 ** 31), mebibyte, 2 ** 31)
  const five = combineCrc32(mebibyte, combineCrc32(mebibyte, mebibyte, 2 ** 31), 2 ** 32)
  expect(three).toBe(five)
})

const body = Buffer.from('Welcome to Amazon S3.')
const whole = { body, place: { bucket: 'lake', key: 'a' } }
const answer = (headers: Readonly<Record<string, string>>, status = 200): Parameters<typeof verifyBody>[0] => ({
  status,
  header: (name: string) => headers[name],
  hasHeader: (prefix: string) => Object.keys(headers).some((name) => name.startsWith(prefix)),
  headers: () => Object.entries(headers),
  contentLength: body.length,
})
const digest = (algorithm: string): string => createHash(algorithm).update(body).digest('base64')

test.each([
  ['x-amz-checksum-crc32', crc32ToBase64(crc32Of([body]))],
  ['x-amz-checksum-crc32c', crc32cBase64(body)],
  ['x-amz-checksum-crc64nvme', crc64NvmeBase64(body)],
  ['x-amz-checksum-sha1', digest('sha1')],
  ['x-amz-checksum-sha256', digest('sha256')],
  ['etag', `"${createHash('md5').update(body).digest('hex')}"`],
])('a body is compared with its %s', (header, value) => {
  verifyBody(answer({ [header]: value }), whole)
  const other = value.startsWith('"a') ? value.replace('"a', '"b') : value.replace(/^("?)./, '$1a')
  const verify = (): void => verifyBody(answer({ [header]: other }), whole)
  expect(verify).toThrow(/Could not read s3:\/\/lake\/a: the bytes that arrived are not those that were stored/)
  try {
    verify()
  } catch (error) {
    expect(error).toMatchObject({ code: 'corrupt-body', retryable: true, bucket: 'lake', key: 'a' })
    expect(S3Error.is(error, 'corrupt-body')).toBe(true)
  }
})

const wrongMd5 = `"${'0'.repeat(32)}"`

test.each<[string, Parameters<typeof verifyBody>[0]]>([
  ['a checksum over the checksums of parts', answer({ 'x-amz-checksum-crc32': 'AAAAAA==-2', etag: wrongMd5 })],
  ['a checksum of type COMPOSITE', answer({ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-type': 'COMPOSITE' })],
  ['the ETag of an object of several parts', answer({ etag: `"${'0'.repeat(32)}-2"` })],
  ['the ETag of an object under KMS', answer({ etag: wrongMd5, 'x-amz-server-side-encryption': 'aws:kms' })],
  ["the ETag of an object under a customer's key", answer({ etag: wrongMd5, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' })],
  ['an ETag that is no MD5', answer({ etag: '"65f2b1a0-2800"' })],
  ['a weak ETag', answer({ etag: `W/${wrongMd5}` })],
  ['the checksum of the whole object, for a range', answer({ 'x-amz-checksum-crc32': 'AAAAAA==', etag: wrongMd5 }, 206)],
  ['nothing', answer({})],
])('a body is not compared with %s, which says nothing about it', (_, response) => {
  verifyBody(response, whole)
})

function bitwise(bytes: Uint8Array, { polynomial, width }: { readonly polynomial: bigint; readonly width: bigint }): string {
  const ones = (1n << width) - 1n
  let crc = ones
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n
  }
  return Buffer.from((crc ^ ones).toString(16).padStart(Number(width / 4n), '0'), 'hex').toString('base64')
}
