import { type InputValue, itemOf, listOf, mix, nothing } from './input-value.ts'

/** Calls a method's callback with these arguments, and gives what it returns. */
export type Callback = (parameters: readonly InputValue[]) => InputValue

const each = (list: InputValue, callback: Callback): InputValue => callback([itemOf(list), nothing, list])

const plain = (list: InputValue, callback: Callback): InputValue => {
  each(list, callback)
  return nothing
}

const same = (list: InputValue): InputValue => ({ level: list.level, certain: list.certain })

const sorted = (list: InputValue, callback: Callback): InputValue => {
  callback([itemOf(list), itemOf(list)])
  return same(list)
}

const found = (list: InputValue, callback: Callback): InputValue => {
  each(list, callback)
  return itemOf(list)
}

const reduced = (list: InputValue, callback: Callback, initial: InputValue | undefined): InputValue => {
  const first = initial ?? itemOf(list)
  return mix(first, callback([mix(first, callback([first, itemOf(list), nothing, list])), itemOf(list), nothing, list]))
}

/** What the methods of an array give when the array holds inputs. `initial` is the value of a second argument. */
export const listMethods: ReadonlyMap<string, (list: InputValue, callback: Callback, initial: InputValue | undefined) => InputValue> =
  new Map(
    Object.entries({
      at: (list) => itemOf(list),
      entries: (list) => listOf(same(list)),
      every: plain,
      filter: (list, callback) => {
        each(list, callback)
        return same(list)
      },
      find: found,
      findIndex: plain,
      findLast: found,
      findLastIndex: plain,
      flat: (list) => (list.level > 2 ? itemOf(list) : same(list)),
      flatMap: (list, callback) => {
        const result = each(list, callback)
        return result.level === 1 ? listOf(result) : result
      },
      forEach: plain,
      includes: () => nothing,
      indexOf: () => nothing,
      join: () => nothing,
      keys: () => nothing,
      lastIndexOf: () => nothing,
      map: (list, callback) => listOf(each(list, callback)),
      reduce: reduced,
      reduceRight: reduced,
      reverse: same,
      slice: same,
      some: plain,
      sort: sorted,
      toReversed: same,
      toSorted: sorted,
      values: same,
    } satisfies Record<string, (list: InputValue, callback: Callback, initial: InputValue | undefined) => InputValue>),
  )
