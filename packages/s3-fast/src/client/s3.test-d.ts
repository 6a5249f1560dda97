// Compiled, never run.
import { expectTypeOf, test } from 'vitest'
import { type ListedObject, type ListedPrefix, type MissingObject, type ObjectInfo, type RunIdentity, S3, type S3Object } from '../index.ts'

const s3 = new S3()

test('objects that may be missing are told apart by `exists`', () => {
  expectTypeOf(s3.getMany(['a'])).resolves.toEqualTypeOf<S3Object[]>()
  expectTypeOf(s3.getMany(['a'], { missing: 'throw', memoryBytes: 1 })).resolves.toEqualTypeOf<S3Object[]>()
  expectTypeOf(s3.getMany(['a'], { missing: 'return' })).resolves.toEqualTypeOf<(S3Object | MissingObject)[]>()
  expectTypeOf(s3.getStream(['a'])).toEqualTypeOf<AsyncGenerator<S3Object>>()
  expectTypeOf(s3.getStream(['a'], { missing: 'return' })).toEqualTypeOf<AsyncGenerator<S3Object | MissingObject>>()
  expectTypeOf(s3.infoMany(['a'])).resolves.toEqualTypeOf<ObjectInfo[]>()
  expectTypeOf(s3.infoMany(['a'], { missing: 'return' })).resolves.toEqualTypeOf<(ObjectInfo | MissingObject)[]>()
  const either = {} as S3Object | MissingObject
  if (either.exists) expectTypeOf(either).toEqualTypeOf<S3Object>()
  else expectTypeOf(either).toEqualTypeOf<MissingObject>()
  // @ts-expect-error An object that is missing has no bytes.
  void either.bytes()
})

test('a listing tells objects and prefixes apart by `kind`', () => {
  expectTypeOf(s3.list('a')).toEqualTypeOf<AsyncGenerator<ListedObject | ListedPrefix>>()
  const entry = {} as ListedObject | ListedPrefix
  if (entry.kind === 'object') expectTypeOf(entry.sizeBytes).toBeNumber()
})

test('values are text, bytes, pieces or streams', () => {
  void s3.put('key', 'text')
  void s3.put('key', new Uint8Array(1))
  void s3.put('key', [Buffer.from('a'), new Uint8Array(1)])
  void s3.put('key', process.stdin)
  // @ts-expect-error An object is not a body: JSON.stringify it.
  void s3.put('key', { a: 1 })
  // @ts-expect-error Nor is a number.
  void s3.put('key', 1)
})

test('options that do not exist are refused', () => {
  // @ts-expect-error It is `overwrite`.
  void s3.put('key', 'text', { overWrite: false })
  // @ts-expect-error It is `offset` and `length`.
  void s3.get({ key: 'a', range: { start: 1 } })
  void new S3({ root: 's3://bucket', run: {} as RunIdentity })
})
