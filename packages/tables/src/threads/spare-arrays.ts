import type { NumberArray } from '../column-data/column-data.ts'

/**
 * Arrays whose values have been copied to where they belong. They go to a thread with its next job: memory that was used before does not have to be
 * cleared by the system again.
 */
export class SpareArrays {
  readonly #buffers = new Map<number, ArrayBuffer[]>()

  add({ buffer, byteLength }: NumberArray): void {
    if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return
    const others = this.#buffers.get(byteLength)
    if (others) others.push(buffer)
    else this.#buffers.set(byteLength, [buffer])
  }

  /** An array like this one, in kind and length; `undefined` where none is spare. */
  take(like: NumberArray): NumberArray | undefined {
    const buffer = this.#buffers.get(like.byteLength)?.pop()
    return buffer && new (like.constructor as new (buffer: ArrayBuffer) => NumberArray)(buffer)
  }
}
