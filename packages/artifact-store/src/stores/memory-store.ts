import type { ObjectBody, ObjectEntry, ObjectStore } from '@millrace/core-graph'
import { checkKey, checkPrefix } from './check-key.ts'
import { compareUtf8 } from './utf8-order.ts'

interface StoredObject {
  readonly body: Uint8Array
  readonly modifiedAt: Date
}

const named = new Map<string, ObjectStore>()

/**
 * A store in this process's memory, for tests and for runs that leave nothing behind.
 *
 * The same `name` gives the same store again, within one thread; without a name it is new.
 */
export function createMemoryStore(name?: string): ObjectStore {
  if (name === undefined) return makeStore(`memory:${crypto.randomUUID()}`)
  const known = named.get(name)
  if (known) return known
  const store = makeStore(`memory:${name}`)
  named.set(name, store)
  return store
}

async function collect(body: ObjectBody, signal: AbortSignal | undefined): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return new Uint8Array(body)
  const parts: Uint8Array[] = []
  for await (const part of body) {
    signal?.throwIfAborted()
    parts.push(part)
  }
  const { buffer, byteOffset, length } = Buffer.concat(parts)
  return new Uint8Array(buffer, byteOffset, length)
}

function makeStore(url: string): ObjectStore {
  const objects = new Map<string, StoredObject>()

  const store: ObjectStore = {
    url,
    async put(key, body, { mode = 'overwrite', signal } = {}) {
      checkKey(key)
      signal?.throwIfAborted()
      const own = await collect(body, signal)
      if (mode === 'create' && objects.has(key)) return false
      objects.set(key, { body: own, modifiedAt: new Date() })
      return true
    },
    async get(key, { range, signal } = {}) {
      checkKey(key)
      signal?.throwIfAborted()
      return objects.get(key)?.body.slice(...(range ?? []))
    },
    async *getMany(keys, options = {}) {
      keys.forEach(checkKey)
      for (const key of new Set(keys)) yield [key, await store.get(key, options)]
    },
    async putMany(entries, options = {}) {
      const results = await Promise.allSettled(Array.from(entries, ([key, body]) => store.put(key, body, options)))
      const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
      if (failed.length > 0)
        throw failed.length === 1 ? failed[0] : new AggregateError(failed, `Could not store ${failed.length} objects in ${url}.`)
    },
    async *list(prefix, { delimiter, startAfter = '', signal } = {}) {
      checkPrefix(prefix)
      const front = prefix === '' ? '' : `${prefix}/`
      const keys = [...objects.keys()].filter((key) => key.startsWith(front)).sort(compareUtf8)
      let last: string | undefined
      for (const key of keys) {
        signal?.throwIfAborted()
        const end = delimiter ? key.indexOf(delimiter, front.length) : -1
        const shown = end === -1 ? key : key.slice(0, end + 1)
        if (shown === last || compareUtf8(shown, startAfter) <= 0) continue
        last = shown
        const object = objects.get(key)
        if (end !== -1) yield { key: shown, kind: 'prefix' } satisfies ObjectEntry
        else if (object) yield { key, kind: 'object', sizeBytes: object.body.length, modifiedAt: object.modifiedAt }
      }
    },
    async delete(keys) {
      keys.forEach(checkKey)
      for (const key of keys) objects.delete(key)
    },
    async sweep(prefix) {
      checkPrefix(prefix)
      return 0
    },
  }
  return store
}
