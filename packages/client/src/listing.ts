/** A list that is read as it is iterated; each iteration reads anew. */
export class Listing<Item> implements AsyncIterable<Item> {
  readonly #start: () => AsyncIterator<Item>

  constructor(start: () => AsyncIterator<Item>) {
    this.#start = start
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    return this.#start()
  }

  /** All items at once. */
  async toArray(): Promise<Item[]> {
    const items: Item[] = []
    for await (const item of this) items.push(item)
    return items
  }

  /** The first item, or `undefined`; no more is read than it takes. */
  async first(): Promise<Item | undefined> {
    for await (const item of this) return item
    return undefined
  }
}
