import type { ObjectStore } from '@millrace/core-graph'

/**
 * The store at `url`, which `open` opens with the first request: what it is made of is loaded by those who use it, and by nobody else.
 *
 * A failed opening is tried again by the next request.
 */
export function createLazyStore(url: string, open: () => Promise<ObjectStore>): ObjectStore {
  let opening: Promise<ObjectStore> | undefined
  const opened = (): Promise<ObjectStore> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  return {
    url,
    put: async (...args) => (await opened()).put(...args),
    get: async (...args) => (await opened()).get(...args),
    async *getMany(...args) {
      yield* (await opened()).getMany(...args)
    },
    putMany: async (...args) => (await opened()).putMany(...args),
    async *list(...args) {
      yield* (await opened()).list(...args)
    },
    delete: async (...args) => (await opened()).delete(...args),
    sweep: async (...args) => (await opened()).sweep(...args),
  }
}
