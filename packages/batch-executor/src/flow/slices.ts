/** The tasks, from `start` to before `end`, that are a worker's own: slices differ in length by at most one, and together are all. */
export function sliceOf(
  worker: number,
  { workers, count }: { readonly workers: number; readonly count: number },
): readonly [start: number, end: number] {
  return [Math.floor((worker * count) / workers), Math.floor(((worker + 1) * count) / workers)]
}

/**
 * The tasks outside a worker's own slice in the order in which it looks for one that is left: from the next worker's slice on, each from its end, where its owner comes last.
 */
export function* othersTasks(worker: number, { workers, count }: { readonly workers: number; readonly count: number }): Generator<number> {
  for (let step = 1; step < workers; step += 1) {
    const [start, end] = sliceOf((worker + step) % workers, { workers, count })
    for (let index = end - 1; index >= start; index -= 1) yield index
  }
}
