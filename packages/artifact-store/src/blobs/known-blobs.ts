import type { ObjectStore } from '@millrace/core-graph'

const known = new WeakMap<ObjectStore, Set<string>>()
const limit = 10_000

/** Whether this process has written or read the blob at `key` whole, so that it need not be written again. */
export const isKnownBlob = (store: ObjectStore, key: string): boolean => known.get(store)?.has(key) ?? false

/** Remembers that the blob at `key` is in the store; the last ten thousand are remembered. */
export function rememberBlob(store: ObjectStore, key: string): void {
  const keys = known.get(store) ?? new Set()
  if (keys.size === 0) known.set(store, keys)
  keys.add(key)
  if (keys.size > limit) for (const oldest of keys) return void keys.delete(oldest)
}

/** Forgets a blob that turned out to be missing or altered, so that the next save heals it. */
export function forgetBlob(store: ObjectStore, key: string): void {
  known.get(store)?.delete(key)
}
