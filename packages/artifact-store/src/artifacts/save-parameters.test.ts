import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type ArtifactRef, FileContent, type FileContentOptions, MillraceError, type ObjectStore } from '@millrace/core-graph'
import { countRequests, hardCharacters } from '@millrace/core-graph/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chunkBytes, chunkUnits, outsideAbove } from '../codec/document.ts'
import { blobKey } from '../layout.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { loadArtifact } from './load-artifacts.ts'
import { saveArtifacts } from './save-artifacts.ts'
import { refOfParameter, saveParameters } from './save-parameters.ts'

/** Content whose pieces lie in one array that is written over, as a file's do. */
function contentOf(
  bytes: Uint8Array,
  { encoding = null, pieceBytes = 1024 * 1024 }: { encoding?: 'utf8' | null; pieceBytes?: number } = {},
): FileContent {
  return new FileContent({
    path: '/some/file',
    encoding,
    sizeBytes: bytes.length,
    open: async function* () {
      const piece = new Uint8Array(pieceBytes)
      for (let start = 0; start < bytes.length; start += pieceBytes) {
        const part = bytes.subarray(start, start + pieceBytes)
        piece.set(part)
        yield piece.subarray(0, part.length)
        piece.fill(0xee)
      }
    },
  })
}

const textOf = (text: string, pieceBytes?: number): FileContent =>
  contentOf(Buffer.from(text), { encoding: 'utf8', ...(pieceBytes === undefined ? {} : { pieceBytes }) })

/** The ref, and the value that is loaded by it. */
async function storeAndLoad(content: FileContent): Promise<{ ref: ArtifactRef; value: unknown }> {
  const store = createMemoryStore()
  const { file } = await saveParameters(store, 'Flow', new Map([['file', content]]))
  return { ref: file as ArtifactRef, value: await loadArtifact(store, 'Flow', 'file', file as ArtifactRef) }
}

/** Keeps nothing: what is large need not be in memory once more. */
const forgetful: ObjectStore = {
  ...createMemoryStore(),
  async put(_key, body) {
    if (!(body instanceof Uint8Array)) for await (const _part of body);
    return true
  },
}

const refOf = async (value: unknown): Promise<ArtifactRef | undefined> =>
  (await saveArtifacts({ ...forgetful }, 'Flow', new Map([['a', value]]))).a

const block = createHash('shake256', { outputLength: 1 << 20 })
  .update('noise')
  .digest()
/** Bytes that do not compress, no two mebibytes the same. */
function noise(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  for (let start = 0; start < sizeBytes; start += block.length) {
    bytes.set(block.subarray(0, sizeBytes - start), start)
    bytes[start] = start / block.length
  }
  return bytes
}

describe('a file that is stored while it is read', () => {
  test.each([0, 1, 1_000, outsideAbove - 1, outsideAbove, outsideAbove + 1, 1_000_000])(
    'has the ref that its bytes have as a value, with %i bytes',
    async (sizeBytes) => {
      const bytes = noise(sizeBytes)
      const { ref, value } = await storeAndLoad(contentOf(bytes, { pieceBytes: 7_777 }))
      expect(ref).toEqual(await refOf(bytes))
      expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype)
      assert.ok(Buffer.from(bytes).equals(value as Uint8Array))
    },
  )

  test('has the ref that its bytes have as a value, around the end of a chunk', async () => {
    const bytes = noise(chunkBytes + 1)
    for (const sizeBytes of [chunkBytes - 1, chunkBytes]) {
      const part = bytes.subarray(0, sizeBytes)
      expect(await refOfParameter('a', contentOf(part))).toEqual(await refOf(part))
    }
    const { ref, value } = await storeAndLoad(contentOf(bytes))
    expect(ref).toEqual(await refOf(bytes))
    assert.ok(Buffer.from(bytes.buffer).equals(value as Uint8Array))
  })

  test('has the ref that its text has as a value, cut into pieces anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...hardCharacters) }),
        fc.integer({ min: 1, max: 9 }),
        async (text, pieceBytes) => {
          fc.pre(!text.startsWith('\uFEFF'))
          expect(await refOfParameter('a', textOf(text, pieceBytes))).toEqual(await refOf(text))
        },
      ),
    )
  })

  test.each([
    ['of as many units as stay inside', 'é'.repeat(outsideAbove)],
    ['of one more', 'é'.repeat(outsideAbove + 1)],
    ['of a chunk', 'x'.repeat(chunkUnits)],
    ['of a chunk and one more', `${'é'.repeat(chunkUnits)}x`],
    ['of pairs across every cut', `x${'😀'.repeat(chunkUnits)}`],
  ])('has the ref that its text has as a value, %s', async (_what, text) => {
    const { ref, value } = await storeAndLoad(textOf(text))
    expect(ref).toEqual(await refOf(text))
    assert.ok(value === text)
  })

  test('loses the byte order mark of its text, and keeps one that comes later and those of bytes', async () => {
    expect((await storeAndLoad(textOf('\uFEFFa\uFEFF'))).value).toBe('a\uFEFF')
    expect((await storeAndLoad(contentOf(Buffer.from('\uFEFFa')))).value).toEqual(Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]))
  })

  test('is refused as text where it is not UTF-8, at its end too', async () => {
    for (const bytes of [Uint8Array.from([0x61, 0xff]), Uint8Array.from([0x61, 0xc3])])
      await expect(refOfParameter('note', contentOf(bytes, { encoding: 'utf8' }))).rejects.toMatchObject({
        code: 'unserializable-artifact',
        subject: 'note',
        message: 'Could not store the artifact note: it is not text in UTF-8. Store it as bytes.',
      })
  })
})

describe('what files cost', () => {
  test('each content is sent once, by a put for each chunk and one for the root, whoever has it and in whichever run', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const bytes = noise(chunkBytes + 5_000_000)
    const files = new Map([
      ['one', contentOf(bytes)],
      ['two', contentOf(bytes)],
    ])
    const { one, two } = await saveParameters(store, 'Flow', files)
    expect(one).toEqual(two)
    // The chunks' hashes are in the ref itself.
    expect(counts).toEqual({ put: 2, get: 0, list: 2, delete: 0 })
    // Another process knows nothing of what this one has stored.
    const later = countRequests({ ...store })
    expect(await saveParameters(later.store, 'Flow', files)).toEqual({ one, two })
    expect(later.counts).toEqual({ put: 0, get: 0, list: 2, delete: 0 })
  })

  test('a chunk that a power cut has torn is sent again', async () => {
    const store = createMemoryStore()
    const bytes = noise(3_000_000)
    const { file } = await saveParameters(store, 'Flow', new Map([['file', contentOf(bytes)]]))
    for await (const { key } of store.list('Flow')) await store.put(key, ((await store.get(key)) as Uint8Array).slice(0, 2_000_000))
    await saveParameters({ ...store }, 'Flow', new Map([['file', contentOf(bytes)]]))
    assert.ok(Buffer.from(bytes).equals((await loadArtifact(store, 'Flow', 'file', file as ArtifactRef)) as Uint8Array))
  })

  test('a small file is in its ref, and one that is a little larger costs one put', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const { small } = await saveParameters(store, 'Flow', new Map([['small', textOf('x'.repeat(900))]]))
    expect([small?.inline === undefined, counts.put]).toEqual([false, 0])
    await saveParameters(store, 'Flow', new Map([['larger', textOf('x'.repeat(9_000))]]))
    expect(counts).toEqual({ put: 1, get: 0, list: 0, delete: 0 })
  })

  test('to learn the ref alone costs nothing', async () => {
    const bytes = noise(100_000)
    expect(await refOfParameter('a', contentOf(bytes))).toEqual(await refOf(bytes))
    expect(await refOfParameter('a', [1, 2])).toEqual(await refOf([1, 2]))
  })
})

describe('the parameters of a run', () => {
  test('are stored in their order, files among values, without those that are absent', async () => {
    const store = createMemoryStore()
    const refs = await saveParameters(
      store,
      'Flow',
      new Map<string, unknown>([
        ['size', 3],
        ['csv', textOf('a,b')],
        ['absent', undefined],
        ['options', { deep: true }],
      ]),
    )
    expect(Object.keys(refs)).toEqual(['size', 'csv', 'options'])
    expect(refs.csv).toEqual(await refOf('a,b'))
    expect(refs.options).toEqual(await refOf({ deep: true }))
  })

  test('tell of every file that cannot be read, at once', async () => {
    const broken = (name: string, open?: FileContentOptions['open']): [string, FileContent] => {
      const refuse = async function* (): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(10)
        throw new MillraceError('invalid-parameter', `Could not include the file ${name}: it has vanished.`, { subject: name })
      }
      return [name, new FileContent({ path: name, encoding: null, sizeBytes: 10, open: open ?? refuse })]
    }
    const failure = await saveParameters(createMemoryStore(), 'Flow', new Map([broken('a'), ['fine', textOf('x')], broken('b')])).catch(
      (error: unknown) => error,
    )
    assert.ok(MillraceError.is(failure, 'invalid-parameter'))
    expect(failure.message).toBe('Could not include the file a: it has vanished.\nCould not include the file b: it has vanished.')
    expect(failure.subject).toBe('a, b')
  })

  test('end with the reason when they are aborted', async () => {
    const content = contentOf(noise(100_000))
    const open = async function* (signal?: AbortSignal): AsyncGenerator<Uint8Array> {
      for await (const piece of content.open()) {
        signal?.throwIfAborted()
        yield piece
      }
    }
    const slow = new FileContent({ path: '/x', encoding: null, sizeBytes: 100_000, open })
    await expect(
      saveParameters(createMemoryStore(), 'Flow', new Map([['file', slow]]), { signal: AbortSignal.abort('SIGINT') }),
    ).rejects.toBe('SIGINT')
  })

  test('name blobs by their content', async () => {
    const store = createMemoryStore()
    await saveParameters(store, 'Flow', new Map([['file', textOf('x'.repeat(9_000))]]))
    const ref = await refOf('x'.repeat(9_000))
    expect(await store.get(blobKey('Flow', ref?.sha256 ?? ''))).toBeDefined()
  })
})
