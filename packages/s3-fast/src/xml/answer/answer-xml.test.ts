import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codePoints } from '../../code-points.fixture.ts'
import { S3Error } from '../../errors/s3-error.ts'
import { writeCompleteUpload } from '../write-complete-upload.ts'
import { writeDelete } from '../write-delete.ts'
import { XmlDocument } from '../xml-document.ts'
import { encodeXmlText, fitsXml } from '../xml-text.ts'
import { parseCompleteResult } from './parse-complete-result.ts'
import { parseCopyResult } from './parse-copy-result.ts'
import { parseDeleteResult } from './parse-delete-result.ts'
import { parseUploadId } from './parse-upload-id.ts'
import { parseUploads } from './parse-uploads.ts'

const place = { bucket: 'lake', key: 'a/b' }
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
const internalError = `${declaration}<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message><RequestId>656c76696e6727</RequestId></Error>`

function failureOf(run: () => unknown): S3Error {
  try {
    run()
  } catch (error) {
    if (S3Error.is(error)) return error
    throw error
  }
  throw new Error('It did not fail.')
}

test('the id of a multipart upload is read', () => {
  const document = `${declaration}<InitiateMultipartUploadResult ${namespace}><Bucket>lake</Bucket><Key>a/b</Key><UploadId>VXBsb2FkIElE&amp;</UploadId></InitiateMultipartUploadResult>`
  expect(parseUploadId(Buffer.from(document), place)).toBe('VXBsb2FkIElE&')
  expect(failureOf(() => parseUploadId(Buffer.from(document.replace('VXBsb2FkIElE&amp;', '')), place)).code).toBe('protocol')
})

test('a completed upload gives its ETag, also after the white space that S3 sends to keep the connection', () => {
  const document = `${declaration}   \r\n  <CompleteMultipartUploadResult ${namespace}><ETag>&quot;3858f62230ac3c915f300c664312c11f-9&quot;</ETag></CompleteMultipartUploadResult>\n`
  expect(parseCompleteResult(Buffer.from(document), place)).toEqual({ etag: '"3858f62230ac3c915f300c664312c11f-9"' })
})

test('an error with status 200 is an error: of a completion and of a copy', () => {
  for (const parse of [parseCompleteResult, parseCopyResult]) {
    const error = failureOf(() => parse(Buffer.from(internalError), place))
    expect(error).toMatchObject({
      code: 'server-error',
      serviceCode: 'InternalError',
      retryable: true,
      status: 200,
      bucket: 'lake',
      key: 'a/b',
    })
    expect(error.requestId).toBe('656c76696e6727')
  }
})

test('a copy gives its ETag, of an object and of a part', () => {
  for (const root of ['CopyObjectResult', 'CopyPartResult']) {
    const document = `${declaration}<${root} ${namespace}><LastModified>2026-11-23T02:43:39.000Z</LastModified><ETag>&quot;9b2cf5&quot;</ETag></${root}>`
    expect(parseCopyResult(Buffer.from(document), place)).toEqual({ etag: '"9b2cf5"' })
  }
})

test('what could not be deleted is told by key', () => {
  const document = `${declaration}<DeleteResult ${namespace}><Deleted><Key>ok</Key></Deleted><Error><Key>a&amp;b</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error><Error><Key>c</Key><Code>InternalError</Code><Message/></Error></DeleteResult>`
  expect(parseDeleteResult(Buffer.from(document), place)).toEqual([
    { key: 'a&b', code: 'AccessDenied', message: 'Access Denied' },
    { key: 'c', code: 'InternalError', message: '' },
  ])
  expect(parseDeleteResult(Buffer.from(`${declaration}<DeleteResult ${namespace}/>`), place)).toEqual([])
})

test('uploads under way are listed with where the next page begins', () => {
  const upload =
    '<Upload><Key>a%2Bb+c</Key><UploadId>u1</UploadId><Initiator><ID>x</ID></Initiator><Initiated>2026-11-23T02:43:39.000Z</Initiated></Upload>'
  const page = (end: string): Buffer =>
    Buffer.from(
      `${declaration}<ListMultipartUploadsResult ${namespace}><EncodingType>url</EncodingType>${upload}${end}</ListMultipartUploadsResult>`,
    )
  const uploads = [{ key: 'a+b c', uploadId: 'u1', initiatedAt: new Date('2026-11-23T02:43:39Z') }]
  expect(parseUploads(page('<IsTruncated>false</IsTruncated>'), place)).toEqual({ uploads, nextMarker: undefined })
  const more = '<NextKeyMarker>a%2Bb+c</NextKeyMarker><NextUploadIdMarker>u1</NextUploadIdMarker><IsTruncated>true</IsTruncated>'
  expect(parseUploads(page(more), place)).toEqual({ uploads, nextMarker: { key: 'a+b c', uploadId: 'u1' } })
  expect(failureOf(() => parseUploads(page(''), place)).code).toBe('protocol')
})

test('what is written is what any parser reads back: keys of a deletion', () => {
  const key = fc.string({ unit: codePoints, minLength: 1, maxLength: 12 }).filter(fitsXml)
  fc.assert(
    fc.property(fc.array(key, { maxLength: 6 }), (keys) => {
      const document = new XmlDocument(Buffer.from(writeDelete(keys)))
      expect([...document.spans('Object')].map((span) => document.require('Key', span))).toEqual(keys)
    }),
  )
})

test('a deletion takes no key that XML cannot hold, and at most 1,000', () => {
  for (const key of ['\u0001', 'a\u001fb', '\uffff', 'a\ud800']) {
    expect(fitsXml(key)).toBe(false)
    expect(() => writeDelete([key])).toThrow(RangeError)
  }
  expect(fitsXml('\t\n\r 刺身🐟')).toBe(true)
  expect(() => writeDelete(Array.from({ length: 1_001 }, String))).toThrow('1,001'.replace(',', ''))
})

test('a completion names each part with its checksum where it has one', () => {
  const document = writeCompleteUpload([
    { number: 1, etag: '"a"', crc32: 0xcbf43926 },
    { number: 2, etag: '"b"' },
  ])
  expect(document).toContain(
    '<Part><ChecksumCRC32>y/Q5Jg==</ChecksumCRC32><ETag>&quot;a&quot;</ETag><PartNumber>1</PartNumber></Part><Part><ETag>&quot;b&quot;</ETag><PartNumber>2</PartNumber></Part>',
  )
})

test.each([
  '',
  'hello',
  '<html><body>502 Bad Gateway</body></html>',
  `<CopyObjectResult><ETag>a</ETag>`,
  `<CopyObjectResult><ETag>a<b/></ETag></CopyObjectResult>`,
  `<CopyObjectResult><!-- <ETag>a</ETag> --></CopyObjectResult>`,
  `<!DOCTYPE a [<!ENTITY b "c">]><CopyObjectResult><ETag>&b;</ETag></CopyObjectResult>`,
  `<CopyObjectResult><ETag>&nope;</ETag></CopyObjectResult>`,
  `<CopyObjectResult><ETag>&toString;</ETag></CopyObjectResult>`,
  `<CopyObjectResult><ETag>a & b</ETag></CopyObjectResult>`,
  `<CopyObjectResult><ETag>&#xD800;</ETag></CopyObjectResult>`,
  `<CopyObjectResult><ETag>&#9999999;</ETag></CopyObjectResult>`,
  `<CopyObjectResult></CopyObjectResult>`,
  `<ListBucketResult></ListBucketResult>`,
])('the answer %j is refused as none of S3', (document) => {
  const error = failureOf(() => parseCopyResult(Buffer.from(document), place))
  expect(error).toMatchObject({ code: 'protocol', bucket: 'lake', key: 'a/b' })
  expect(error.cause).toBeInstanceOf(SyntaxError)
})

test('text comes back from XML as it was, references of either base included', () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoints }).filter(fitsXml), (text) => {
      expect(new XmlDocument(Buffer.from(`<A><B>${encodeXmlText(text)}</B></A>`)).require('B')).toBe(text)
    }),
  )
  expect(new XmlDocument(Buffer.from('<A><B>&#x1;&#10;&#x1F41F;&apos;</B></A>')).get('B')).toBe("\u0001\n🐟'")
})
