import { decodeRleHybrid } from '../encodings/rle-hybrid.ts'
import type { Page } from '../pages/read-pages.ts'

/** Which rows of a page have a value. */
export interface Definition {
  /** How many have. */
  readonly count: number
  /** 1 for each row that has, 0 for each that has not; `undefined` where all have. Valid until the next page is read. */
  readonly defined: Uint8Array | undefined
}

/** Reads which rows of the pages of one flat column have a value, one page after another. @throws MalformedData */
export class DefinitionReader {
  #scratch = new Uint8Array(0)

  read({ definition, count }: Page): Definition {
    if (!definition || count === 0) return { count, defined: undefined }
    if (this.#scratch.length < count) this.#scratch = new Uint8Array(count)
    const only = decodeRleHybrid(definition, { out: this.#scratch, count, bitWidth: 1 })
    if (only === 1) return { count, defined: undefined }
    let sum = 0
    for (let index = 0; index < count; index += 1) sum += this.#scratch[index] as number
    return sum === count ? { count, defined: undefined } : { count: sum, defined: this.#scratch }
  }
}
