import type { ColumnData, NumberArray } from '../column-data/column-data.ts'
import { emptyData } from '../column-data/empty-data.ts'
import type { RowRange } from '../column-data/select-rows.ts'
import type { Field } from '../schema/field.ts'

/** Arrays for all rows of a scan, by the names of the columns that are numbers. Empty where there are more rows than memory can have. */
export function createTargets(fields: readonly Field[], rows: number): ReadonlyMap<string, NumberArray> {
  try {
    return new Map(
      fields.flatMap(({ name, type }) => {
        const empty = emptyData(type)
        return empty.kind === 'numbers' ? [[name, new (constructorOf(empty.values))(rows)] as const] : []
      }),
    )
  } catch (error) {
    // A damaged footer may claim any number; reading then finds that they are not there.
    if (error instanceof RangeError) return new Map()
    throw error
  }
}

/** The places of some rows. */
export function sliceTargets(targets: ReadonlyMap<string, NumberArray>, { start, end }: RowRange): ReadonlyMap<string, NumberArray> {
  return new Map([...targets].map(([name, target]) => [name, target.subarray(start, end)] as const))
}

/** The same values in their place, where they are copied to unless they were decoded there; `recycle` then gets the array that they were in. */
export function placeNumbers(
  data: ColumnData,
  { place, recycle }: { readonly place: NumberArray; readonly recycle?: (values: NumberArray) => void },
): ColumnData {
  if (data.kind !== 'numbers') throw new TypeError('A column of numbers was decoded to something else.')
  if (data.values.buffer === place.buffer) return data
  ;(place as { set(from: NumberArray): void }).set(data.values)
  recycle?.(data.values)
  return { kind: 'numbers', values: place, validity: data.validity }
}

function constructorOf(values: NumberArray): new (rows: number) => NumberArray {
  return values.constructor as new (
    rows: number,
  ) => NumberArray
}
