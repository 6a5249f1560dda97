import { type RunInParallelOptions, runInParallel } from './run-in-parallel.ts'

/** As `runInParallel`, and gives what the work made of each item, in the order of the items. */
export async function mapInParallel<Item, Result>(
  items: Iterable<Item>,
  begin: (signal: AbortSignal) => (item: Item) => Promise<Result>,
  options: RunInParallelOptions,
): Promise<Result[]> {
  const results: Result[] = []
  const toWork = (signal: AbortSignal): ((item: Item, index: number) => Promise<void>) => {
    const work = begin(signal)
    return async (item, index) => {
      results[index] = await work(item)
    }
  }
  await runInParallel(items, toWork, options)
  return results
}
