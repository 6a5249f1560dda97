import { mapContainers, someInContainers } from './map-containers.ts'

/** A view on a buffer, in parts: V8's structured clone cuts the offset and the length of a view to 32 bits, and says nothing. */
interface ViewParts {
  /** The object that stands in the view's place. */
  readonly placeholder: object
  readonly constructorName: string
  readonly buffer: ArrayBufferLike
  readonly byteOffset: number
  /** In elements; in bytes for a DataView. */
  readonly length: number
}

/** A value that can be cloned from thread to thread as it is. */
export interface Packed {
  readonly value: unknown
  readonly views: readonly ViewParts[]
}

type ViewConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayBufferView

const limit = 2 ** 32

const isLarge = (value: object): value is ArrayBufferView => ArrayBuffer.isView(value) && value.byteOffset + value.byteLength >= limit

/** The length that a view's constructor takes: in elements, in bytes for a DataView. */
export const viewLength = (view: ArrayBufferView): number => (view instanceof DataView ? view.byteLength : (view as Uint8Array).length)

/** Takes apart the views that reach past 4 GiB of their buffer; a value without any is left as it is. */
export function packViews(value: unknown): Packed {
  if (!someInContainers(value, isLarge)) return { value, views: [] }
  const views: ViewParts[] = []
  const packed = mapContainers(value, (object) => {
    if (!isLarge(object)) return undefined
    const placeholder = {}
    const { buffer, byteOffset } = object
    views.push({ placeholder, constructorName: object.constructor.name, buffer, byteOffset, length: viewLength(object) })
    return placeholder
  })
  return { value: packed, views }
}

/** The inverse of {@link packViews}, on the other side. */
export function unpackViews({ value, views }: Packed): unknown {
  if (views.length === 0) return value
  const made = new Map(
    views.map(({ placeholder, constructorName, buffer, byteOffset, length }) => {
      const View = (globalThis as unknown as Record<string, ViewConstructor>)[constructorName]
      if (!View) throw new TypeError(`There is no ${constructorName} on this thread.`)
      return [placeholder, new View(buffer, byteOffset, length)] as const
    }),
  )
  return mapContainers(value, (object) => made.get(object))
}
