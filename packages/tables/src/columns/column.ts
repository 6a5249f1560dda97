import type { NumberArray } from '../column-data/column-data.ts'
import { isValid, type Validity } from '../column-data/validity.ts'
import type { ColumnType } from '../schema/column-type.ts'
import { formatNumber, type NumberValue } from './format-number.ts'
import type { TextDictionary } from './text-dictionary.ts'

interface ColumnOptions {
  readonly name: string
  readonly type: ColumnType
  readonly validity: Validity | undefined
}

/** Numbers, truth values, dates, times and decimals, as a typed array. */
export class NumberColumn<Values extends NumberArray = NumberArray> {
  readonly kind = 'numbers'
  readonly name: string
  readonly type: ColumnType
  /**
   * One number a row, 0 where the row is null. Truth values are 0 and 1; dates are days since 1970; times and timestamps are in `type.unit`, since
   * midnight and since 1970; decimals are without their point.
   */
  readonly values: Values
  /** Bit `row & 7` of byte `row >> 3` is 1 where the row has a value, as in Arrow. Absent where every row has one. */
  readonly validity: Validity | undefined

  constructor(values: Values, { name, type, validity }: ColumnOptions) {
    this.name = name
    this.type = type
    this.values = values
    this.validity = validity
  }

  get length(): number {
    return this.values.length
  }

  isNull(row: number): boolean {
    return !isValid(this.validity, row)
  }

  /** The value as JavaScript has it: `number`, `bigint`, `boolean`, `Date` for dates and timestamps (to the millisecond), a text for decimals. */
  get(row: number): NumberValue | null {
    const value = this.values[row]
    return value === undefined || !isValid(this.validity, row) ? null : formatNumber(value, this.type)
  }

  toArray(): (NumberValue | null)[] {
    return Array.from({ length: this.length }, (_, row) => this.get(row))
  }
}

/** Texts, UUIDs or bytes, as codes into a dictionary. */
export class TextColumn<Value extends string | Uint8Array = string | Uint8Array> {
  readonly kind = 'texts'
  readonly name: string
  readonly type: ColumnType
  /** One code a row, 0 where the row is null. */
  readonly codes: Int32Array
  readonly dictionary: TextDictionary
  /** As in {@link NumberColumn}. */
  readonly validity: Validity | undefined

  constructor(codes: Int32Array, { name, type, validity, dictionary }: ColumnOptions & { readonly dictionary: TextDictionary }) {
    this.name = name
    this.type = type
    this.codes = codes
    this.dictionary = dictionary
    this.validity = validity
  }

  get length(): number {
    return this.codes.length
  }

  isNull(row: number): boolean {
    return !isValid(this.validity, row)
  }

  get(row: number): Value | null {
    const code = this.codes[row]
    return code === undefined || !isValid(this.validity, row) ? null : (this.dictionary.get(code) as Value)
  }

  toArray(): (Value | null)[] {
    return Array.from(this.codes, (_, row) => this.get(row))
  }
}

/** Lists, structs and maps, and decimals of more than 18 digits. */
export class ObjectColumn {
  readonly kind = 'objects'
  readonly name: string
  readonly type: ColumnType
  /** One value a row, `null` where the row is null. Decimals are `bigint`s without their point. */
  readonly values: readonly unknown[]

  constructor(values: readonly unknown[], { name, type }: Omit<ColumnOptions, 'validity'>) {
    this.name = name
    this.type = type
    this.values = values
  }

  get length(): number {
    return this.values.length
  }

  isNull(row: number): boolean {
    return this.values[row] === null || this.values[row] === undefined
  }

  get(row: number): unknown {
    const value = this.values[row] ?? null
    return typeof value === 'bigint' && this.type.name === 'decimal' ? formatNumber(value, this.type) : value
  }

  toArray(): unknown[] {
    return this.values.map((_, row) => this.get(row))
  }
}

/** The values of one column, one after another. */
export type Column = NumberColumn | TextColumn | ObjectColumn
