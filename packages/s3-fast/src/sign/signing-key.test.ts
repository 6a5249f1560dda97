import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SigningKey } from './signing-key.ts'

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

test('a signing key signs get-vanilla of the aws-sig-v4-test-suite as AWS does', () => {
  const key = new SigningKey(secret, { day: '20150830', region: 'us-east-1', service: 'service' })
  const text =
    'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\nbb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63'
  expect(key.sign(text)).toBe('5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31')
})

test("a signing key signs the example of IAM's documentation as AWS does", () => {
  const key = new SigningKey(secret, { day: '20150830', region: 'us-east-1', service: 'iam' })
  const text =
    'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\nf536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59'
  expect(key.sign(text)).toBe('5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7')
})

test('a signing key is HMAC-SHA256 for texts of every length', () => {
  const derived = (['20150830', 'eu-north-1', 's3', 'aws4_request'] as const).reduce(
    (key: Buffer, text) => createHmac('sha256', key).update(text).digest(),
    Buffer.from(`AWS4${secret}`),
  )
  const key = new SigningKey(secret, { day: '20150830', region: 'eu-north-1', service: 's3' })
  fc.assert(
    fc.property(fc.string({ maxLength: 3_000 }), (text) => {
      expect(key.sign(text)).toBe(createHmac('sha256', derived).update(text).digest('hex'))
    }),
  )
})
