import type { ClientContext } from '../call/client-context.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import type { WrittenObject } from '../operations/put-object.ts'
import { type SourcePart, streamSource } from '../upload/body-source.ts'
import { readValue, type S3Value } from './body-value.ts'
import { type Body, write, writeParts, writePieces } from './write-body.ts'
import type { PutOptions, PutResult } from './write-options.ts'

/** Writes a value that is in memory or a stream. */
export function writeValue(
  context: ClientContext,
  { key, value }: { readonly key: string; readonly value: S3Value },
  options: PutOptions,
): Promise<PutResult> {
  return write(context, key, { options, start: (place) => startWriting(context, place, { value, options }) })
}

function startWriting(
  context: ClientContext,
  place: ObjectPlace,
  { value, options }: { readonly value: S3Value; readonly options: PutOptions },
): Promise<WrittenObject> {
  const body = readValue(value)
  return 'pieces' in body
    ? writePieces(context, place, { pieces: body.pieces, options })
    : writeStream(context, place, { stream: body.stream, options })
}

async function writeStream(
  context: ClientContext,
  place: ObjectPlace,
  { stream, options }: Body<{ readonly stream: AsyncIterable<Uint8Array> }>,
): Promise<WrittenObject> {
  const parts = streamSource(stream)
  try {
    const first = await parts.next()
    const second = first.done ? first : await parts.next()
    if (first.done) return await writePieces(context, place, { pieces: [], options })
    if (second.done) return await writePieces(context, place, { pieces: await first.value.read(), options })
    return await writeParts(context, place, { source: followedBy([first.value, second.value], parts), options })
  } finally {
    await parts.return(undefined)
  }
}

async function* followedBy(first: readonly SourcePart[], rest: AsyncIterable<SourcePart>): AsyncGenerator<SourcePart> {
  yield* first
  yield* rest
}
