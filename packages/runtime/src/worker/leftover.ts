/** Kinds of work that a step which has ended may have left behind, in the words of `process.getActiveResourcesInfo()`. */
const telling = new Set([
  'Timeout',
  'Immediate',
  'FSReqCallback',
  'FSReqPromise',
  'ProcessWrap',
  'MessagePort',
  'Worker',
  'ZlibContext',
  'PBKDF2Job',
  'ScryptJob',
])

/** What keeps the process busy now. */
export function activeWork(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => telling.has(kind))
}

/** The kinds that are in `after` more often than in `before`, each once. */
export function addedWork(before: readonly string[], after: readonly string[]): readonly string[] {
  const spare = Map.groupBy(before, (kind) => kind)
  return [...new Set(after.filter((kind) => spare.get(kind)?.pop() === undefined))]
}
