import { describe, expect, test } from 'vitest'
import { attributeHeaders, type ObjectAttributes } from './object-attributes.ts'

describe('the attributes of an object', () => {
  test('are headers, names of metadata in lower case', () => {
    expect(
      attributeHeaders({
        contentType: 'text/plain',
        metadata: { Author: 'ada', note: 'ümläut' },
        encryption: 'AES256',
        storageClass: 'STANDARD_IA',
      }),
    ).toEqual([
      ['content-type', 'text/plain'],
      ['x-amz-storage-class', 'STANDARD_IA'],
      ['x-amz-server-side-encryption', 'AES256'],
      ['x-amz-meta-author', 'ada'],
      ['x-amz-meta-note', '=?UTF-8?B?w7xtbMOkdXQ=?='],
    ])
  })

  test('name a key of KMS', () => {
    expect(attributeHeaders({ encryption: { kmsKeyId: 'arn:aws:kms:eu-north-1:1:key/2' } })).toEqual([
      ['x-amz-server-side-encryption', 'aws:kms'],
      ['x-amz-server-side-encryption-aws-kms-key-id', 'arn:aws:kms:eu-north-1:1:key/2'],
    ])
  })

  test.each<[ObjectAttributes, RegExp]>([
    [{ metadata: { 'two words': 'x' } }, /"two words" cannot be the name/],
    [{ metadata: { '': 'x' } }, /cannot be the name/],
    [{ metadata: { half: '\ud800' } }, /surrogate/],
    [{ metadata: { n: 1 as unknown as string } }, /not a string/],
    [{ contentType: 'text/plain\r\nx-amz-acl: public-read' }, /content type/],
    [{ contentType: '' }, /content type/],
    [{ encryption: 'none' as 'AES256' }, /encryption is/],
    [{ metadata: { long: 'x'.repeat(2_100) } }, /2048 bytes/],
  ])('that no header can hold are a mistake: %j', (attributes, message) => {
    expect(() => attributeHeaders(attributes)).toThrow(message)
  })
})
