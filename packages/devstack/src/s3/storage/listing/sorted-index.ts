/** Where a walk through an index stands. It holds until the next change. */
export interface IndexPosition {
  block: number
  offset: number
}

const mostInBlock = 512

/**
 * Values by sort key, in the order of the keys. Finding one takes a look-up; inserting, removing and seeking take the logarithm of
 * the number of keys, whatever the order in which they come.
 */
export class SortedIndex<V> {
  readonly #values = new Map<string, V>()
  /** Sorted keys in sorted blocks, none of them empty. */
  readonly #blocks: string[][] = []

  get size(): number {
    return this.#values.size
  }

  get(sortKey: string): V | undefined {
    return this.#values.get(sortKey)
  }

  /** Adds a value, or replaces the one that is there. */
  set(sortKey: string, value: V): void {
    const isNew = !this.#values.has(sortKey)
    this.#values.set(sortKey, value)
    if (isNew) this.#insert(sortKey)
  }

  /** Gives whether there was one. */
  delete(sortKey: string): boolean {
    if (!this.#values.delete(sortKey)) return false
    const { block, offset } = this.seek(sortKey)
    const keys = this.#blocks[block]
    keys?.splice(offset, 1)
    if (keys?.length === 0) this.#blocks.splice(block, 1)
    return true
  }

  /** The place of the first key that is not less than `sortKey`. */
  seek(sortKey: string): IndexPosition {
    const block = lowerBound(this.#blocks.length, (index) => (this.#blocks[index]?.at(-1) ?? '') < sortKey)
    const keys = this.#blocks[block]
    return { block, offset: keys ? lowerBound(keys.length, (index) => (keys[index] ?? '') < sortKey) : 0 }
  }

  /** The key at a place, or `undefined` behind the last one. */
  keyAt({ block, offset }: IndexPosition): string | undefined {
    return this.#blocks[block]?.[offset]
  }

  /** Moves a place on by one key. */
  advance(position: IndexPosition): void {
    position.offset += 1
    if (position.offset >= (this.#blocks[position.block]?.length ?? 0)) {
      position.block += 1
      position.offset = 0
    }
  }

  #insert(sortKey: string): void {
    const { block, offset } = this.seek(sortKey)
    // Behind the last key of all there is no block: the last one grows.
    const at = Math.min(block, this.#blocks.length - 1)
    const keys = this.#blocks[at]
    if (!keys) {
      this.#blocks.push([sortKey])
      return
    }
    keys.splice(at === block ? offset : keys.length, 0, sortKey)
    if (keys.length <= mostInBlock) return
    // Keys that come in order leave full blocks behind, not half-empty ones.
    const cut = at === this.#blocks.length - 1 && keys.at(-1) === sortKey ? mostInBlock : mostInBlock / 2
    this.#blocks.splice(at + 1, 0, keys.splice(cut))
  }
}

function lowerBound(length: number, isBefore: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
