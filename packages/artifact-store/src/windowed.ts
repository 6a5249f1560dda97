/**
 * Calls `work` for each item, at most `limit` at a time, and yields the results in the order of the items.
 *
 * A consumer that stops early leaves nothing rejected unheard.
 */
export async function* windowed<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = []
  try {
    for await (const item of items) {
      const result = work(item)
      result.catch(() => {})
      pending.push(result)
      if (pending.length >= limit) yield await (pending.shift() as Promise<Result>)
    }
    for (let next = pending.shift(); next; next = pending.shift()) yield await next
  } finally {
    await Promise.allSettled(pending)
  }
}
