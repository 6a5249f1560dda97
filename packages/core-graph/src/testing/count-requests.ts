import type { ObjectStore } from '../seams/object-store.ts'

/** How many requests of each kind went through; one of many keys counts once for each key, because that is what a remote store is asked. */
export interface RequestCounts {
  put: number
  get: number
  list: number
  delete: number
}

/**
 * A store that passes everything on to `store` and counts it, so that a test can assert what something costs.
 *
 * `counts` goes on counting; set its fields to 0 to start again.
 */
export function countRequests(store: ObjectStore): { readonly store: ObjectStore; readonly counts: RequestCounts } {
  const counts: RequestCounts = { put: 0, get: 0, list: 0, delete: 0 }
  const counting: ObjectStore = {
    url: store.url,
    put: (key, body, options) => {
      counts.put += 1
      return store.put(key, body, options)
    },
    get: (key, options) => {
      counts.get += 1
      return store.get(key, options)
    },
    getMany: (keys, options) => {
      counts.get += keys.length
      return store.getMany(keys, options)
    },
    putMany: (entries, options) => {
      const all = [...entries]
      counts.put += all.length
      return store.putMany(all, options)
    },
    list: (prefix, options) => {
      counts.list += 1
      return store.list(prefix, options)
    },
    delete: (keys) => {
      counts.delete += keys.length
      return store.delete(keys)
    },
    sweep: (prefix, options) => {
      counts.list += 1
      return store.sweep(prefix, options)
    },
  }
  return { store: counting, counts }
}
