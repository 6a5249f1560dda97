import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UploadRecord } from '../object-record.ts'
import { type ListOptions, type ListPage, listPage } from './list-page.ts'
import { listUploadsPage } from './list-uploads-page.ts'
import { keyToSortKey, sortKeyToKey } from './sort-key.ts'
import { SortedIndex } from './sorted-index.ts'

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
const codePoint = fc.oneof(fc.nat(0x7f), fc.nat(0x10_ff_ff)).filter((code) => code < 0xd8_00 || code > 0xdf_ff)
const everyKey = fc.array(codePoint, { maxLength: 6 }).map((codes) => String.fromCodePoint(...codes))
/** Keys that have prefixes in common. */
const key = fc
  .array(fc.constantFrom('a', 'b', '/', '//', 'é', '\u{1f600}', '\uffff', '..', '\u0001'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))

function indexOf(keys: Iterable<string>): SortedIndex<string> {
  const index = new SortedIndex<string>()
  for (const each of keys) index.set(keyToSortKey(each), each)
  return index
}

function keysOf<V>(index: SortedIndex<V>): string[] {
  const found: string[] = []
  const position = index.seek('')
  for (let at = index.keyAt(position); at !== undefined; at = index.keyAt(position)) {
    found.push(sortKeyToKey(at))
    index.advance(position)
  }
  return found
}

describe('a sort key', () => {
  test('sorts as the bytes of the key in UTF-8, and gives the key back', () => {
    fc.assert(
      fc.property(everyKey, everyKey, (a, b) => {
        const [first, second] = [keyToSortKey(a), keyToSortKey(b)]
        expect(Math.sign(first < second ? -1 : first > second ? 1 : 0)).toBe(Math.sign(byBytes(a, b)))
        expect(sortKeyToKey(first)).toBe(a)
      }),
    )
  })
})

describe('an index', () => {
  test('holds what a map and a sorted list would hold, after any changes', () => {
    const change = fc.record({ key: fc.nat(60).map((number) => `k${number}`), remove: fc.boolean() })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const index = new SortedIndex<number>()
        const model = new Map<string, number>()
        changes.forEach((each, at) => {
          if (each.remove) expect(index.delete(each.key)).toBe(model.delete(each.key))
          else {
            index.set(each.key, at)
            model.set(each.key, at)
          }
        })
        expect(keysOf(index)).toEqual([...model.keys()].sort())
        expect(index.size).toBe(model.size)
        for (const [each, value] of model) expect(index.get(each)).toBe(value)
      }),
    )
  })

  test.each([
    ['in order', (number: number) => number],
    ['backwards', (number: number) => 5_000 - number],
    ['in no order', (number: number) => (number * 2_654_435_761) % 1_000_003],
  ])('of thousands of keys that came %s is in order, and so it is when every other one is gone', (_, place) => {
    const keys = Array.from({ length: 5_000 }, (_, number) => String(place(number)).padStart(7, '0'))
    const index = indexOf(keys)
    expect(keysOf(index)).toEqual(keys.toSorted())
    for (const [at, each] of keys.entries()) if (at % 2 === 0) index.delete(each)
    expect(keysOf(index)).toEqual(keys.filter((_, at) => at % 2 === 1).sort())
  })
})

/** What S3's documentation says, with no regard to cost. */
function model(keys: readonly string[], { prefix, delimiter, after, maxKeys }: ListOptions): ListPage<string> {
  const entries: { name: string; isPrefix: boolean }[] = []
  for (const each of keys.filter((each) => each.startsWith(prefix)).toSorted(byBytes)) {
    const at = delimiter === '' ? -1 : each.indexOf(delimiter, prefix.length)
    const name = at === -1 ? each : each.slice(0, at + delimiter.length)
    const isPrefix = at !== -1
    const behind = byBytes(each, after) > 0 && !(isPrefix && name === after)
    if (behind && !entries.some((entry) => entry.isPrefix && isPrefix && entry.name === name)) entries.push({ name, isPrefix })
  }
  const page = entries.slice(0, maxKeys)
  const truncated = page.length > 0 && page.length < entries.length
  return {
    values: page.filter(({ isPrefix }) => !isPrefix).map(({ name }) => name),
    commonPrefixes: page.filter(({ isPrefix }) => isPrefix).map(({ name }) => name),
    truncated,
    ...(truncated ? { last: page.at(-1)?.name ?? '' } : {}),
  }
}

describe('a listing', () => {
  const options = fc.record({
    prefix: fc.oneof(fc.constant(''), key),
    delimiter: fc.constantFrom('', '/', 'a', '//', 'é'),
    after: fc.oneof(fc.constant(''), key),
    maxKeys: fc.nat(5),
  })

  test('gives what the documentation says, for any keys and options', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 30 }), options, (keys, asked) => {
        expect(listPage(indexOf(keys), asked)).toEqual(model(keys, asked))
      }),
      { numRuns: 1_000 },
    )
  })

  test('page by page gives the same as all at once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 30 }), options, (keys, asked) => {
        const index = indexOf(keys)
        const whole = listPage(index, { ...asked, maxKeys: 1_000 })
        const values: string[] = []
        const commonPrefixes: string[] = []
        let after: string | undefined = asked.after
        while (after !== undefined) {
          const page: ListPage<string> = listPage(index, { ...asked, after, maxKeys: 1 + asked.maxKeys })
          values.push(...page.values)
          commonPrefixes.push(...page.commonPrefixes)
          after = page.last
        }
        expect({ values, commonPrefixes }).toEqual({ values: whole.values, commonPrefixes: whole.commonPrefixes })
      }),
      { numRuns: 500 },
    )
  })

  test('steps over what is under a common prefix without looking at it', () => {
    const index = indexOf(Array.from({ length: 20_000 }, (_, number) => `${number % 2}/${number}`))
    let looks = 0
    const counted = new Proxy(index, {
      get: (target, name: keyof SortedIndex<string>) => {
        if (name === 'keyAt') looks += 1
        const member = target[name]
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    expect(listPage(counted, { prefix: '', delimiter: '/', after: '', maxKeys: 1_000 }).commonPrefixes).toEqual(['0/', '1/'])
    expect(looks).toBeLessThan(10)
  })
})

describe('a listing of uploads', () => {
  test('page by page gives each upload once, by key and identifier, and each common prefix once', () => {
    const upload = fc.record({ key, id: fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', 'c') }) })
    const uploads = fc.uniqueArray(upload, { maxLength: 20, selector: ({ id, key: of }) => `${id} ${of}` })
    fc.assert(
      fc.property(
        uploads,
        fc.constantFrom('', '/', 'a'),
        fc.constantFrom('', 'a', '/'),
        fc.integer({ min: 1, max: 4 }),
        (records, delimiter, prefix, maxUploads) => {
          const all = records.map((record): UploadRecord => ({ ...record, headers: {}, metadata: {}, initiatedAtMs: 0 }))
          const found: string[] = []
          const prefixes: string[] = []
          let marker: { keyMarker: string; idMarker?: string } | undefined = { keyMarker: '' }
          while (marker) {
            const page = listUploadsPage(all, {
              prefix,
              delimiter,
              maxUploads,
              keyMarker: marker.keyMarker,
              idMarker: marker.idMarker ?? '',
            })
            found.push(...page.uploads.map((record) => `${record.key} ${record.id}`))
            prefixes.push(...page.commonPrefixes)
            marker = page.next
          }
          const matching = all.filter((record) => record.key.startsWith(prefix))
          const rolled = matching.filter((record) => delimiter !== '' && record.key.indexOf(delimiter, prefix.length) !== -1)
          const single = matching
            .filter((record) => !rolled.includes(record))
            .toSorted((a, b) => byBytes(a.key, b.key) || byBytes(a.id, b.id))
          expect(found).toEqual(single.map((record) => `${record.key} ${record.id}`))
          const names = rolled.map((record) => record.key.slice(0, record.key.indexOf(delimiter, prefix.length) + delimiter.length))
          expect(prefixes).toEqual([...new Set(names)].sort(byBytes))
        },
      ),
      { numRuns: 500 },
    )
  })
})
