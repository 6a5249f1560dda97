import type { JobLogLine } from './log-stream.ts'

/** Logs that are followed at the same time: CloudWatch Logs allows about 25 reads a second for an account. */
const atOnce = 20

/** A log that can be begun. */
type Source = (signal: AbortSignal) => AsyncIterable<JobLogLine>

/** The lines of many logs as they come, of at most 20 at a time, begun in the order given. Nothing is read ahead of who takes the lines by more than one line a log. */
export async function* mergeLogs(sources: readonly Source[], signal?: AbortSignal): AsyncGenerator<JobLogLine, void, void> {
  const stop = new AbortController()
  const until = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  type Next = { readonly iterator: AsyncIterator<JobLogLine>; readonly result: IteratorResult<JobLogLine, unknown> }
  const open = new Map<AsyncIterator<JobLogLine>, Promise<Next>>()
  const ask = (iterator: AsyncIterator<JobLogLine>): void => {
    const next = iterator.next().then((result) => ({ iterator, result }))
    next.catch(() => undefined)
    open.set(iterator, next)
  }
  let begun = 0
  try {
    for (;;) {
      for (; open.size < atOnce && begun < sources.length; begun += 1) {
        const source = sources[begun]
        if (source) ask(source(until)[Symbol.asyncIterator]())
      }
      if (open.size === 0) return
      const { iterator, result } = await Promise.race(open.values())
      if (result.done) open.delete(iterator)
      else {
        yield result.value
        ask(iterator)
      }
    }
  } finally {
    stop.abort(new Error('Nobody reads any more.'))
    await Promise.allSettled([...open.values()])
  }
}
