/** How many work at once, and until when. */
export interface RunInParallelOptions {
  /** Asked again and again: it may grow and shrink. At least 1. */
  readonly width: () => number
  readonly signal?: AbortSignal | undefined
}

/**
 * Calls what `begin` gives for each item, at most `width()` at a time, and takes no more items than that: items may be endless, and come late.
 *
 * The first failure aborts the signal that `begin` has got; it is thrown when all have ended.
 *
 * @throws what the work or the items throw first; the signal's reason.
 */
export async function runInParallel<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  begin: (signal: AbortSignal) => (item: Item, index: number) => Promise<void>,
  { width, signal }: RunInParallelOptions,
): Promise<void> {
  signal?.throwIfAborted()
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true })
  })
  stopped.catch(() => {})
  const work = begin(stop.signal)
  const iterator = isAsync(items) ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  let [index, running] = [0, 0]
  let isAtEnd = false
  let failure: { readonly error: unknown } | undefined
  const runner = async (): Promise<void> => {
    try {
      while (!isAtEnd && !stop.signal.aborted && running <= width()) {
        const taken = iterator.next()
        // An item that never comes must not outlast an abort.
        const next = 'then' in taken ? await Promise.race([taken, stopped]) : taken
        if (next.done) isAtEnd = true
        else {
          await work(next.value, index++)
          fill()
        }
      }
    } catch (error) {
      failure ??= { error }
      stop.abort(error)
    }
    running -= 1
    if (running === 0) resolve()
  }
  const fill = (): void => {
    while (running < width() && !isAtEnd && !stop.signal.aborted) {
      running += 1
      void runner()
    }
  }
  fill()
  await ended
  signal?.removeEventListener('abort', onAbort)
  if (!isAtEnd) void iterator.return?.()
  if (failure) throw failure.error
  signal?.throwIfAborted()
}

function isAsync<Item>(items: Iterable<Item> | AsyncIterable<Item>): items is AsyncIterable<Item> {
  return Symbol.asyncIterator in items
}
