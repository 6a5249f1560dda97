/**
 * Calls `work` for each item and yields the results as they come, in any order; at most `limit` are under way or wait to be taken.
 *
 * The first failure is thrown when all that is under way has settled. A consumer that stops early leaves nothing rejected unheard.
 */
export async function* asTheyCome<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const ready: Result[] = []
  const pending = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  let wake = (): void => {}
  const iterator = items[Symbol.iterator]()
  const start = (): boolean => {
    if (failure || ready.length + pending.size >= limit) return false
    const next = iterator.next()
    if (next.done) return false
    const running = work(next.value)
      .then(
        (result) => void ready.push(result),
        (error: unknown) => {
          failure ??= { error }
        },
      )
      .finally(() => {
        pending.delete(running)
        wake()
      })
    pending.add(running)
    return true
  }
  try {
    while (true) {
      while (start());
      if (ready.length > 0) yield ready.shift() as Result
      else if (pending.size === 0) break
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    if (failure) throw failure.error
  } finally {
    await Promise.all(pending)
  }
}
