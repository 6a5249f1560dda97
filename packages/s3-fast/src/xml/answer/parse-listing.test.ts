import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codePoints } from '../../code-points.fixture.ts'
import { S3Error } from '../../errors/s3-error.ts'
import { encodeXmlText, fitsXml } from '../xml-text.ts'
import { parseListing } from './parse-listing.ts'

const place = { bucket: 'lake' }

/** As S3 writes it; `encoding-type=url` writes `+` for a space. */
function listing(keys: readonly string[], { isUrl = true, end = '<IsTruncated>false</IsTruncated>' } = {}): string {
  const encode = (key: string): string =>
    isUrl ? encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/') : encodeXmlText(key)
  const contents = keys.map(
    (key, at) =>
      `<Contents><Key>${encode(key)}</Key><LastModified>2026-11-23T02:43:39.000Z</LastModified><ETag>&quot;etag${at}&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><Size>${at}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>lake</Name><Prefix></Prefix><KeyCount>${keys.length}</KeyCount><MaxKeys>1000</MaxKeys>${isUrl ? '<EncodingType>url</EncodingType>' : ''}${contents.join('')}${end}</ListBucketResult>`
}

test('a listing gives key, size, ETag, instant and storage class of each object', () => {
  expect(parseListing(Buffer.from(listing(['a', 'b c'])), place)).toEqual({
    objects: [
      { key: 'a', sizeBytes: 0, etag: '"etag0"', lastModified: new Date('2026-11-23T02:43:39Z'), storageClass: 'STANDARD' },
      { key: 'b c', sizeBytes: 1, etag: '"etag1"', lastModified: new Date('2026-11-23T02:43:39Z'), storageClass: 'STANDARD' },
    ],
    prefixes: [],
    nextToken: undefined,
  })
})

test('a listing gives every key as it is, url-encoded or not', () => {
  const anyKey = fc.string({ unit: codePoints, minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(fc.array(anyKey, { maxLength: 5 }), (keys) => {
      expect(parseListing(Buffer.from(listing(keys)), place).objects.map(({ key }) => key)).toEqual(keys)
    }),
  )
  fc.assert(
    fc.property(fc.array(anyKey.filter(fitsXml), { maxLength: 5 }), (keys) => {
      expect(parseListing(Buffer.from(listing(keys, { isUrl: false })), place).objects.map(({ key }) => key)).toEqual(keys)
    }),
  )
})

test('a listing gives common prefixes and the token of the next page', () => {
  const end =
    '<CommonPrefixes><Prefix>a%2Bb/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes><IsTruncated>true</IsTruncated><NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=&amp;</NextContinuationToken>'
  expect(parseListing(Buffer.from(listing([], { end })), place)).toEqual({
    objects: [],
    prefixes: ['a+b/', 'c/'],
    nextToken: '1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=&',
  })
})

test('a listing that ends anywhere before its end is refused: nothing of it is lost without a word', () => {
  const whole = Buffer.from(listing(['a', 'b', 'c']))
  for (let end = 0; end < whole.length; end += 1) expect(() => parseListing(whole.subarray(0, end), place)).toThrow(S3Error)
})

test.each([
  ['without IsTruncated', ''],
  ['truncated without a token', '<IsTruncated>true</IsTruncated>'],
  ['with another word for IsTruncated', '<IsTruncated>maybe</IsTruncated>'],
])('a listing %s is refused', (_, end) => {
  expect(() => parseListing(Buffer.from(listing(['a'], { end })), place)).toThrow(/Could not list s3:\/\/lake/)
})

test.each([
  ['<Size>0</Size>', '<Size>-1</Size>'],
  ['<Size>0</Size>', '<Size>1e3</Size>'],
  ['<Size>0</Size>', ''],
  ['<Key>a</Key>', '<Key>%zz</Key>'],
  ['<Key>a</Key>', ''],
  ['2026-11-23T02:43:39.000Z', 'yesterday'],
  ['<EncodingType>url</EncodingType>', '<EncodingType>rot13</EncodingType>'],
  ['<Contents>', '<Contents><Contents>'],
])('a listing with %s changed to %j is refused', (from, to) => {
  expect(() => parseListing(Buffer.from(listing(['a']).replace(from, to)), place)).toThrow(S3Error)
})

test('a listing of any bytes at all is read or refused with an S3Error', () => {
  const whole = Buffer.from(listing(['a', 'b c', '刺身']))
  const change = fc.record({ at: fc.nat(whole.length - 1), bytes: fc.uint8Array({ maxLength: 8 }), removed: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let bytes = whole
      for (const { at, bytes: put, removed } of changes) bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + removed)])
      try {
        parseListing(bytes, place)
      } catch (error) {
        if (!S3Error.is(error)) throw error
      }
    }),
    { numRuns: 2_000 },
  )
})
