/** The tasks, from `start` to before `end`, that are a worker's own: slices differ in length by at most one, and together are all. */
export function sliceOf(
  worker: number,
  { workers, count }: { readonly workers: number; readonly count: number },
): readonly [start: number, end: number] {
  return [Math.floor((worker * count) / workers), Math.floor(((worker + 1) * count) / workers)]
}
