/** A context as worker threads get it, and the way back. */
export interface SharedContext {
  readonly value: unknown
  /** Copies what the threads have written back into the typed arrays that lay in ordinary memory. */
  readonly copyBack: () => void
}

/**
 * Makes the typed arrays in a context shared memory: those over a `SharedArrayBuffer` as they are, those over an `ArrayBuffer` by one copy.
 * It looks into plain objects, arrays, Maps and Sets; everything else is cloned for each thread.
 */
export function shareContext(context: unknown): SharedContext {
  const buffers = new Map<ArrayBuffer, SharedArrayBuffer>()
  const seen = new Map<object, unknown>()

  const shareBuffer = (buffer: ArrayBuffer): SharedArrayBuffer => {
    const known = buffers.get(buffer)
    if (known) return known
    const shared = new SharedArrayBuffer(buffer.byteLength)
    new Uint8Array(shared).set(new Uint8Array(buffer))
    buffers.set(buffer, shared)
    return shared
  }

  const share = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (seen.has(value)) return seen.get(value)
    if (ArrayBuffer.isView(value)) return remember(value, shareView(value, shareBuffer))
    if (Array.isArray(value)) return fill(value, remember(value, [] as unknown[]), (copy, key, each) => copy.splice(Number(key), 1, each))
    if (value instanceof Map) {
      const copy = remember(value, new Map())
      for (const [key, each] of value) copy.set(share(key), share(each))
      return copy
    }
    if (value instanceof Set) {
      const copy = remember(value, new Set())
      for (const each of value) copy.add(share(each))
      return copy
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null)
      return fill(value, remember(value, {} as Record<string, unknown>), (copy, key, each) =>
        Object.defineProperty(copy, key, { value: each, enumerable: true, writable: true, configurable: true }),
      )
    return value
  }

  function remember<Copy>(original: object, copy: Copy): Copy {
    seen.set(original, copy)
    return copy
  }

  function fill<Copy>(original: object, copy: Copy, put: (copy: Copy, key: string, value: unknown) => void): Copy {
    for (const [key, each] of Object.entries(original)) put(copy, key, share(each))
    return copy
  }

  return {
    value: share(context),
    copyBack: () => {
      for (const [buffer, shared] of buffers) new Uint8Array(buffer).set(new Uint8Array(shared))
    },
  }
}

type ViewConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayBufferView

function shareView(view: ArrayBufferView, shareBuffer: (buffer: ArrayBuffer) => SharedArrayBuffer): ArrayBufferView {
  if (view.buffer instanceof SharedArrayBuffer) return view
  // A Buffer may be a window on a pool of unrelated bytes; as a plain array it takes only its own.
  const own = view instanceof Uint8Array && view.constructor !== Uint8Array ? new Uint8Array(view) : view
  const length = own instanceof DataView ? own.byteLength : (own as Uint8Array).length
  return new (own.constructor as ViewConstructor)(shareBuffer(own.buffer as ArrayBuffer), own.byteOffset, length)
}
