import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fileSource, piecesSource, type SourcePart, streamSource } from './body-source.ts'

const MiB = 1_048_576

/** Bytes that differ at every place of a few MiB. */
function bytes(sizeBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(sizeBytes)
  for (let at = 0; at < sizeBytes; at += 1) buffer[at] = (at * 31 + (at >> 8)) & 255
  return buffer
}

async function readAll(parts: AsyncIterable<SourcePart> | Iterable<SourcePart>): Promise<{ sizes: number[]; body: Buffer }> {
  const sizes: number[] = []
  const read: Uint8Array[] = []
  for await (const part of parts) {
    const pieces = await part.read()
    expect(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(part.sizeBytes)
    read.push(Buffer.concat(pieces))
    sizes.push(part.sizeBytes)
    part.release()
  }
  return { sizes, body: Buffer.concat(read) }
}

function newFile(content: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-source-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'body')
  writeFileSync(path, content)
  return path
}

describe('a body in parts', () => {
  const body = bytes(40 * MiB)

  test('is cut from pieces that lie anywhere, without copies', async () => {
    const pieces = [body.subarray(0, 3), body.subarray(3, 20 * MiB), body.subarray(20 * MiB)]
    const read = await readAll(piecesSource(pieces, body.byteLength))
    expect(read.sizes).toEqual([16 * MiB, 16 * MiB, 8 * MiB])
    expect(read.body.equals(body)).toBe(true)
    const [part] = piecesSource(pieces, body.byteLength)
    for (const piece of (await part?.read()) ?? []) expect(piece.buffer).toBe(body.buffer)
  })

  test('is read from a file part by part, in buffers that are used again', async () => {
    await using file = await open(newFile(body))
    const read = await readAll(fileSource(file, { path: 'body', sizeBytes: body.byteLength }))
    expect(read.sizes).toEqual([16 * MiB, 16 * MiB, 8 * MiB])
    expect(read.body.equals(body)).toBe(true)
    const buffers = new Set<ArrayBufferLike>()
    for (const part of fileSource(file, { path: 'body', sizeBytes: body.byteLength })) {
      for (const piece of await part.read()) buffers.add(piece.buffer)
      part.release()
    }
    expect(buffers.size).toBe(1)
  })

  test('of a file that became shorter is an error', async () => {
    const path = newFile(body)
    await using file = await open(path)
    const parts = fileSource(file, { path, sizeBytes: body.byteLength })
    truncateSync(path, 20 * MiB)
    await expect(readAll(parts)).rejects.toMatchObject({ code: 'changed', message: expect.stringContaining('became shorter') })
  })

  test.each([[1], [0.3 * MiB], [16 * MiB], [17 * MiB], [40 * MiB]])(
    'is cut from a stream whose pieces have %d bytes',
    async (pieceBytes) => {
      const total = pieceBytes === 1 ? 5_000 : body.byteLength
      async function* stream(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < total; at += pieceBytes) yield body.subarray(at, Math.min(at + pieceBytes, total))
        yield new Uint8Array()
      }
      const read = await readAll(streamSource(stream()))
      expect(read.sizes).toEqual(pieceBytes === 1 ? [5_000] : [16 * MiB, 16 * MiB, 8 * MiB])
      expect(read.body.equals(body.subarray(0, total))).toBe(true)
    },
  )

  test('of a stream without a byte is one part of none; what is full is no part more', async () => {
    expect((await readAll(streamSource((async function* () {})()))).sizes).toEqual([0])
    const full = await readAll(
      streamSource(
        (async function* () {
          yield body.subarray(0, 32 * MiB)
        })(),
      ),
    )
    expect(full.sizes).toEqual([16 * MiB, 16 * MiB])
  })
})
