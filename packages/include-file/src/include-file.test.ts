import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ParameterDefinition } from '@millrace/core-graph'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { includeFile } from './include-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-include-'))
afterAll(() => rmSync(folder, { recursive: true }))

function read(made: unknown, path: string, from: string = folder): Promise<unknown> {
  if (!ParameterDefinition.is(made) || !made.readFile) throw new Error('not a file parameter')
  return made.readFile({ path, from })
}

test('it is a file parameter with the options that were given', () => {
  const made: unknown = includeFile({ default: './a.csv', help: 'Shards', required: true })
  expect(ParameterDefinition.is(made) && [made.kind, made.options]).toEqual([
    'file',
    { default: './a.csv', help: 'Shards', required: true },
  ])
})

test('text comes as a string without its byte order mark, from a relative and an absolute path', async () => {
  writeFileSync(join(folder, 'text.txt'), '\uFEFFä, ö\r\n')
  expect(await read(includeFile(), 'text.txt')).toBe('ä, ö\r\n')
  expect(await read(includeFile(), join(folder, 'text.txt'), '/elsewhere')).toBe('ä, ö\r\n')
})

test('with encoding null any bytes come as they are', async () => {
  const image = includeFile({ default: './logo.png', encoding: null })
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
      writeFileSync(join(folder, 'bytes'), bytes)
      const value = await read(image, 'bytes')
      expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype)
      expect(value).toEqual(Uint8Array.from(bytes))
    }),
    { numRuns: 20 },
  )
})

test('every string that UTF-8 can hold survives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      fc.pre(!text.startsWith('\uFEFF'))
      writeFileSync(join(folder, 'utf8'), text)
      expect(await read(includeFile(), 'utf8')).toBe(text)
    }),
    { numRuns: 50 },
  )
})

test.each([
  ['gone.txt', `there is no such file (looked for at ${join(folder, 'gone.txt')})`],
  ['folder', 'it is a folder'],
  ['text.txt/x', 'a part of the path is a file, not a folder'],
  ['', 'the path is empty'],
  ['s3://bucket/key', 'it is an S3 address, and only local files can be included'],
  ['https://host/x', 'it is a https address'],
])('%j is refused with its reason', async (path, reason) => {
  mkdirSync(join(folder, 'folder'), { recursive: true })
  writeFileSync(join(folder, 'text.txt'), 'x')
  await expect(read(includeFile(), path)).rejects.toMatchObject({
    code: 'invalid-parameter',
    subject: path,
    message: expect.stringContaining(reason),
  })
})

test('bytes that are not UTF-8 are refused as text', async () => {
  writeFileSync(join(folder, 'latin1'), Uint8Array.from([0xe4, 0x20]))
  await expect(read(includeFile(), 'latin1')).rejects.toThrow('it is not text in UTF-8. Use includeFile({ encoding: null })')
})

test.skipIf(process.getuid?.() === 0)('a file that may not be read is refused', async () => {
  writeFileSync(join(folder, 'secret'), 'x')
  chmodSync(join(folder, 'secret'), 0)
  await expect(read(includeFile(), 'secret')).rejects.toThrow('this user may not read it')
})

test('another encoding is refused when the flow is loaded', () => {
  expect(() => includeFile({ encoding: 'latin1' as 'utf8' })).toThrow(TypeError)
})
