import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createClient, failure, freshFolder, startStack, textOf } from '../stack.fixture.ts'

const keys = [
  `${'x/'.repeat(300)}x`,
  'x'.repeat(1_024),
  'é'.repeat(512),
  'crazy spaces',
  '\u0001\u00ff',
  '刺身/means sashimi',
  `crazy-!.$%@2_()"'`,
  ' /cra._:zy/\u0001\u0002/p a t h/$this/!!is()',
  'prefix',
  'prefix/',
  'prefix/prefix',
  'prefix//prefix',
  'prefix/prefix/',
  '/leading',
  '//',
  '.',
  '..',
  './a',
  '../a',
  '../../../../etc/passwd',
  'a/../../b',
  'a/./b',
  '%2e%2e/%2F',
  '%',
  '%zz',
  '?#&=+;',
  '\\..\\..\\a',
  'tab\tnew\nline\r',
  '\u007f',
  '\u{1f600}',
  'nul\u0000',
  'bucket.json',
  'aux',
  '__proto__',
  'constructor',
]

/** Every file of a folder, by path. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()

describe('keys', () => {
  test('of all kinds live side by side, are listed, found by prefix and deleted, and write nothing outside', async () => {
    const outside = freshFolder()
    mkdirSync(join(outside, 'a'))
    writeFileSync(join(outside, 'a', 'canary'), 'canary')
    const stack = await startStack({ dir: join(outside, 'stack') })
    const client = createClient(stack)
    const Bucket = 'bucket'
    const before = filesIn(outside).filter((path) => !path.startsWith('stack/s3/'))
    expect(before).toEqual([
      'a/canary',
      'stack/batch/bin/node',
      'stack/batch/state/events-1.ndjson',
      'stack/batch/state/state-1.json',
      'stack/devstack.pid',
    ])
    await Promise.all(keys.map((Key) => client.putObject({ Bucket, Key, Body: `body of ${Key}`, Metadata: { size: String(Key.length) } })))
    for (const Key of keys) {
      const got = await client.getObject({ Bucket, Key })
      expect([Key, got.Metadata?.size, await got.Body?.transformToString()]).toEqual([Key, String(Key.length), `body of ${Key}`])
      const listed = await client.listObjectsV2({ Bucket, Prefix: Key, EncodingType: 'url' })
      expect(listed.Contents?.map((each) => decodeURIComponent(each.Key ?? ''))).toContain(Key)
    }
    const listed = await client.listObjectsV2({ Bucket, EncodingType: 'url' })
    const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(listed.Contents?.map((each) => decodeURIComponent(each.Key ?? ''))).toEqual(byBytes)
    expect(
      filesIn(outside).filter(
        (path) => !before.includes(path) && !/^stack\/s3\/bucket\/(bucket\.json|objects\/[0-9a-f]{2}\/[0-9a-f]{62})$/.test(path),
      ),
    ).toEqual([])
    const Objects = keys.map((Key) => ({ Key }))
    expect((await client.deleteObjects({ Bucket, Delete: { Objects } })).Errors).toBeUndefined()
    expect((await client.listObjectsV2({ Bucket })).KeyCount).toBe(0)
    expect(filesIn(outside)).toEqual([...before, 'stack/s3/bucket/bucket.json'])
  })

  test('of more than 1,024 bytes are refused', async () => {
    const client = createClient(await startStack())
    const put = (Key: string): Promise<string> => failure(client.putObject({ Bucket: 'bucket', Key, Body: 'x' }))
    expect(await put('x'.repeat(1_025))).toBe('400 KeyTooLongError')
    expect(await put('é'.repeat(513))).toBe('400 KeyTooLongError')
    expect(await put('\u{1f600}'.repeat(256))).toBe('no failure')
    const { Errors } = await client.deleteObjects({ Bucket: 'bucket', Delete: { Objects: [{ Key: 'x'.repeat(1_025) }] } })
    expect(Errors).toMatchObject([{ Code: 'KeyTooLongError' }])
  })

  test('of uploads are as free, and their identifiers lead nowhere else', async () => {
    const client = createClient(await startStack())
    for (const Key of keys.slice(0, 20)) {
      const at = { Bucket: 'bucket', Key }
      const { UploadId } = await client.createMultipartUpload(at)
      const { ETag } = await client.uploadPart({ ...at, UploadId, PartNumber: 1, Body: Key })
      await client.completeMultipartUpload({ ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } })
      expect(await textOf(client.getObject(at))).toBe(Key)
    }
    for (const UploadId of ['../objects', '..', '../../other/uploads/x', '/etc'])
      expect(await failure(client.uploadPart({ Bucket: 'bucket', Key: 'k', UploadId, PartNumber: 1, Body: 'x' }))).toBe('404 NoSuchUpload')
  })
})
