import { endOfPrefix, keyToSortKey, sortKeyToKey } from './sort-key.ts'
import type { SortedIndex } from './sorted-index.ts'

/** What a listing asks for. */
export interface ListOptions {
  readonly prefix: string
  /** Keys that have it behind the prefix are rolled up into one common prefix; `''` rolls nothing up. */
  readonly delimiter: string
  /** Only what comes behind it: a key, or a common prefix, which is then not given again. */
  readonly after: string
  /** The most keys and common prefixes together. */
  readonly maxKeys: number
}

/** A page of a listing, in the order of the bytes of the keys. */
export interface ListPage<V> {
  readonly values: readonly V[]
  readonly commonPrefixes: readonly string[]
  readonly truncated: boolean
  /** The last key or common prefix of a page that is truncated: `after` of the next one. */
  readonly last?: string
}

/** Takes a page from an index. The cost is that of the page, whatever the number of keys under its common prefixes. */
export function listPage<V>(index: SortedIndex<V>, options: ListOptions): ListPage<V> {
  const prefix = keyToSortKey(options.prefix)
  const delimiter = keyToSortKey(options.delimiter)
  const after = keyToSortKey(options.after)
  const values: V[] = []
  const commonPrefixes: string[] = []
  let last: string | undefined
  const position = index.seek(startOf(prefix, delimiter, after))
  for (let key = index.keyAt(position); key?.startsWith(prefix); key = index.keyAt(position)) {
    if (values.length + commonPrefixes.length >= options.maxKeys) {
      // A page of no keys at all is complete: S3 gives no token for it.
      return { values, commonPrefixes, ...(last === undefined ? { truncated: false } : { truncated: true, last: sortKeyToKey(last) }) }
    }
    const rolled = commonPrefix(key, prefix, delimiter)
    last = rolled ?? key
    if (rolled === undefined) {
      const value = index.get(key)
      if (value !== undefined) values.push(value)
      index.advance(position)
    } else {
      commonPrefixes.push(sortKeyToKey(rolled))
      Object.assign(position, index.seek(endOfPrefix(rolled)))
    }
  }
  return { values, commonPrefixes, truncated: false }
}

function startOf(prefix: string, delimiter: string, after: string): string {
  if (after < prefix || after === '') return prefix
  return commonPrefix(after, prefix, delimiter) === after ? endOfPrefix(after) : `${after}\0`
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at === -1 ? undefined : key.slice(0, at + delimiter.length)
}
