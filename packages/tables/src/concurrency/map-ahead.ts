/** How far ahead of its reader work runs. */
export interface Ahead<Item> {
  readonly maxItems: number
  /** The sum of the costs of all that is under way, and of what the reader holds, stays below, or a single item is under way. */
  readonly maxCost: number
  costOf(item: Item): number
}

/**
 * Runs `work` on items, several at once, and yields what it gives in the order of the items. Work starts when the first result is asked for. When the
 * reader stops early, or an item fails, `signal` of the work that is under way aborts, and the generator ends when all of it has.
 */
export async function* mapAhead<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  { maxItems, maxCost, costOf }: Ahead<Item>,
): AsyncGenerator<Result> {
  const stop = new AbortController()
  const iterator = items[Symbol.asyncIterator]()
  const queue: { readonly result: Promise<Result>; readonly cost: number }[] = []
  let cost = 0
  let next: IteratorResult<Item> | undefined
  try {
    for (;;) {
      while (queue.length < maxItems) {
        next ??= await iterator.next()
        if (next.done) break
        const own = costOf(next.value)
        if (queue.length > 0 && cost + own > maxCost) break
        const result = work(next.value, stop.signal)
        // Whoever is before it in the queue may fail first; this one is then looked at by nobody.
        result.catch(() => {})
        queue.push({ result, cost: own })
        cost += own
        next = undefined
      }
      const first = queue[0]
      if (!first) return
      yield await first.result
      queue.shift()
      cost -= first.cost
    }
  } finally {
    stop.abort()
    await Promise.allSettled(queue.map(({ result }) => result))
    await iterator.return?.()
  }
}
