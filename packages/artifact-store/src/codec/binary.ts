/** A view on a buffer that an artifact may hold. */
export type View = ArrayBufferView

const typedArrayName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get

/** The class of a view: `Float64Array`, `DataView`, `Buffer`; `undefined` for a subclass of one. */
export function viewClassName(view: View): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(view)
  if (prototype === Buffer.prototype) return 'Buffer'
  const name = (typedArrayName?.call(view) as string | undefined) ?? 'DataView'
  return viewClass(name)?.prototype === prototype ? name : undefined
}

/** Makes a view of `length` elements, or bytes for a DataView. */
type ViewClass = (new (buffer: ArrayBuffer, byteOffset: number, length: number) => View) & { readonly prototype: unknown }

/** The class of this name in this Node, which may be too old to have it. */
export function viewClass(name: string): ViewClass | undefined {
  const found = (globalThis as unknown as Record<string, unknown>)[name]
  return typeof found === 'function' ? (found as unknown as ViewClass) : undefined
}

/** How many elements a view has; a DataView's are bytes. */
export const viewLength = (view: View): number => (view as View & { readonly length?: number }).length ?? view.byteLength
