import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FileContent, ParameterDefinition } from '@millrace/core-graph'
import { hardCharacters } from '@millrace/core-graph/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { includeFile } from './include-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-include-'))
afterAll(() => rmSync(folder, { recursive: true }))
const place = (name: string): string => join(folder, name)

async function find(made: unknown, path: string, from: string = folder): Promise<FileContent> {
  if (!ParameterDefinition.is(made) || !made.readFile) throw new Error('not a file parameter')
  return await made.readFile({ path, from })
}

const read = async (made: unknown, path: string, from?: string): Promise<unknown> => (await find(made, path, from)).value()

test('it is a file parameter with the options that were given', () => {
  const made: unknown = includeFile({ default: './a.csv', help: 'Shards', required: true })
  expect(ParameterDefinition.is(made) && [made.kind, made.options]).toEqual([
    'file',
    { default: './a.csv', help: 'Shards', required: true },
  ])
})

test('text comes as a string without its byte order mark, from a relative and an absolute path and through a link', async () => {
  writeFileSync(place('text.txt'), '\uFEFFä, ö\r\n')
  symlinkSync(place('text.txt'), place('link.txt'))
  expect(await read(includeFile(), 'text.txt')).toBe('ä, ö\r\n')
  expect(await read(includeFile(), place('text.txt'), '/elsewhere')).toBe('ä, ö\r\n')
  expect(await read(includeFile(), 'link.txt')).toBe('ä, ö\r\n')
})

test('an empty file is empty text, and no bytes', async () => {
  writeFileSync(place('empty'), '')
  expect(await read(includeFile(), 'empty')).toBe('')
  expect(await read(includeFile({ encoding: null }), 'empty')).toEqual(new Uint8Array(0))
})

test('with encoding null any bytes come as they are', async () => {
  const image = includeFile({ default: './logo.png', encoding: null })
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
      writeFileSync(place('bytes'), bytes)
      const value = await read(image, 'bytes')
      expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype)
      expect(value).toEqual(Uint8Array.from(bytes))
    }),
    { numRuns: 20 },
  )
})

test('every string that UTF-8 can hold survives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: fc.constantFrom(...hardCharacters) }), async (text) => {
      fc.pre(!text.startsWith('\uFEFF'))
      writeFileSync(place('utf8'), text)
      expect(await read(includeFile(), 'utf8')).toBe(text)
    }),
    { numRuns: 50 },
  )
})

test('a file of several pieces comes whole, as often as it is opened', async () => {
  const text = 'é😀'.repeat(400_000)
  writeFileSync(place('pieces'), text)
  const content = await find(includeFile(), 'pieces')
  expect(content.sizeBytes).toBe(2_400_000)
  expect((await content.value()) === text).toBe(true)
  expect((await content.value()) === text).toBe(true)
})

test.each([
  ['gone.txt', `there is no such file (looked for at ${place('gone.txt')})`],
  ['folder', `it is a folder (looked for at ${place('folder')})`],
  ['text.txt/x', 'a part of the path is a file, not a folder'],
  ['circle', 'its links lead in a circle'],
  ['', 'the path is empty'],
  ['a\0b', 'the path holds a NUL character'],
  ['s3://bucket/key', 'it is an S3 address, and only local files can be included'],
  ['https://host/x', 'it is a https address'],
])('%j is refused with its reason', async (path, reason) => {
  mkdirSync(place('folder'), { recursive: true })
  writeFileSync(place('text.txt'), 'x')
  rmSync(place('circle'), { force: true })
  symlinkSync(place('circle'), place('circle'))
  await expect(find(includeFile(), path)).rejects.toMatchObject({
    code: 'invalid-parameter',
    subject: path,
    message: expect.stringContaining(reason),
  })
})

test('bytes that are not UTF-8 are refused as text, wherever in the file they are', async () => {
  writeFileSync(place('latin1'), Uint8Array.from([0xe4, 0x20]))
  writeFileSync(place('late'), Buffer.concat([Buffer.alloc(3_000_000, 'x'), Uint8Array.from([0xe4])]))
  for (const name of ['latin1', 'late'])
    await expect(find(includeFile(), name)).rejects.toThrow('it is not text in UTF-8. Use includeFile({ encoding: null })')
  expect(await read(includeFile({ encoding: null }), 'latin1')).toEqual(Uint8Array.from([0xe4, 0x20]))
})

test.skipIf(process.getuid?.() === 0)('a file that may not be read is refused', async () => {
  writeFileSync(place('secret'), 'x')
  chmodSync(place('secret'), 0)
  await expect(find(includeFile(), 'secret')).rejects.toThrow('this user may not read it')
})

test('another encoding is refused when the flow is loaded', () => {
  expect(() => includeFile({ encoding: 'latin1' as 'utf8' })).toThrow(TypeError)
})

test.each<[how: string, spoil: (path: string) => void, says: string]>([
  ['grew', (path) => appendFileSync(path, 'more'), 'it has changed since'],
  ['has another content', (path) => [writeFileSync(path, 'y'.repeat(10)), utimesSync(path, 1, 1)], 'it has changed since'],
  ['is another file', (path) => [writeFileSync(`${path}.new`, 'x'.repeat(10)), renameSync(`${path}.new`, path)], 'it has changed since'],
  ['has vanished', (path) => rmSync(path), 'it has vanished since'],
])('a file that %s when it is read is refused', async (how, spoil, says) => {
  const path = place(`spoilt ${how}`)
  writeFileSync(path, 'x'.repeat(10))
  const content = await find(includeFile({ encoding: null }), path)
  spoil(path)
  await expect(content.value()).rejects.toMatchObject({ code: 'invalid-parameter', message: expect.stringContaining(says) })
})

test.each<[how: string, spoil: (path: string) => void]>([
  ['grows', (path) => appendFileSync(path, 'more')],
  ['is cut', (path) => writeFileSync(path, 'x')],
  ['is written over', (path) => utimesSync(path, 1, 1)],
])('a file that %s while it is read is refused', async (how, spoil) => {
  const path = place(`written ${how}`)
  writeFileSync(path, Buffer.alloc(3_000_000))
  const content = await find(includeFile({ encoding: null }), path)
  const all = async (): Promise<void> => {
    let pieces = 0
    for await (const _ of content.open()) {
      if (pieces === 0) spoil(path)
      pieces += 1
    }
  }
  await expect(all()).rejects.toMatchObject({ code: 'invalid-parameter', message: expect.stringContaining('it changed while it was read') })
})

test('a file that is removed while it is read is read to its end', async () => {
  writeFileSync(place('removed'), Buffer.alloc(3_000_000))
  const content = await find(includeFile({ encoding: null }), 'removed')
  let length = 0
  for await (const piece of content.open()) {
    rmSync(place('removed'), { force: true })
    length += piece.length
  }
  expect(length).toBe(3_000_000)
})

test('a pipe is read once, when it is stored, and its text is checked then', async () => {
  execFileSync('mkfifo', [place('pipe')])
  const content = await find(includeFile(), 'pipe')
  expect(content.sizeBytes).toBeUndefined()
  const text = 'é'.repeat(300_000)
  const [value] = await Promise.all([content.value(), writeFile(place('pipe'), text)])
  expect(value === text).toBe(true)
  const again = await find(includeFile(), 'pipe')
  await Promise.all([
    expect(again.value()).rejects.toThrow('it is not text in UTF-8'),
    writeFile(place('pipe'), Uint8Array.from([0xff])).catch(() => {}),
  ])
})

test('an abort stops the reading', async () => {
  writeFileSync(place('aborted'), Buffer.alloc(3_000_000))
  const controller = new AbortController()
  const pieces = (await find(includeFile({ encoding: null }), 'aborted')).open(controller.signal)[Symbol.asyncIterator]()
  await pieces.next()
  controller.abort('SIGINT')
  await expect(pieces.next()).rejects.toBe('SIGINT')
})
