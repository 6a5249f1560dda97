/** A bitmap as Arrow has it: bit `row & 7` of byte `row >> 3` is 1 where the row has a value. */
export type Validity = Uint8Array

/** Collects which rows have a value. Costs nothing as long as all have. */
export class ValidityBuilder {
  readonly #rows: number
  #bits: Uint8Array | undefined

  constructor(rows: number) {
    this.#rows = rows
  }

  /** `defined[i]` is 0 where the row `start + i` is null. */
  add(defined: Uint8Array, { start, count }: { readonly start: number; readonly count: number }): void {
    this.#bits ??= new Uint8Array((this.#rows + 7) >> 3).fill(255)
    for (let index = 0; index < count; index += 1) {
      if (defined[index] === 0) {
        const row = start + index
        this.#bits[row >> 3] = (this.#bits[row >> 3] as number) & ~(1 << (row & 7))
      }
    }
  }

  /** The bitmap, or `undefined` where every row has a value. */
  build(): Validity | undefined {
    return this.#bits
  }
}

/** Whether a row has a value. */
export function isValid(validity: Validity | undefined, row: number): boolean {
  return validity === undefined || ((validity[row >> 3] as number) & (1 << (row & 7))) !== 0
}
