import { viewLength } from './large-views.ts'
import { mapContainers } from './map-containers.ts'

/** A context as worker threads get it, and the way back. */
export interface SharedContext {
  readonly value: unknown
  /** Copies what the threads have written back into the typed arrays that lay in ordinary memory. */
  readonly copyBack: () => void
}

type ViewConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayBufferView

/**
 * Makes the typed arrays in a context shared memory: those over a `SharedArrayBuffer` as they are, those over an `ArrayBuffer` by one copy.
 * It looks into plain objects, arrays, Maps and Sets; everything else is cloned for each thread.
 */
export function shareContext(context: unknown): SharedContext {
  const buffers = new Map<ArrayBufferLike, SharedArrayBuffer>()
  const back: (() => void)[] = []

  const shareBytes = (bytes: Uint8Array): SharedArrayBuffer => {
    const shared = new SharedArrayBuffer(bytes.byteLength)
    const copy = new Uint8Array(shared)
    copy.set(bytes)
    back.push(() => bytes.set(copy))
    return shared
  }

  const shareBuffer = (buffer: ArrayBufferLike): SharedArrayBuffer => {
    const shared = buffers.get(buffer) ?? shareBytes(new Uint8Array(buffer))
    buffers.set(buffer, shared)
    return shared
  }

  const share = (object: object): object | undefined => {
    if (!ArrayBuffer.isView(object) || object.buffer instanceof SharedArrayBuffer) return undefined
    // A Buffer may be a window on a pool of unrelated bytes; as a plain array it takes only its own.
    if (Buffer.isBuffer(object)) return new Uint8Array(shareBytes(object))
    return new (object.constructor as ViewConstructor)(shareBuffer(object.buffer), object.byteOffset, viewLength(object))
  }

  return {
    value: mapContainers(context, share),
    copyBack: () => {
      for (const bring of back) bring()
    },
  }
}
