import type { ColumnType } from '../schema/column-type.ts'
import { type Comparable, compare, toComparable } from './comparable.ts'
import type { Bound, Predicate } from './predicate.ts'

/** Gathers the operators of one column's condition, all of which hold, into one predicate. */
export class PredicateDraft {
  readonly #column: string
  readonly #type: ColumnType
  #matchesNull = true
  #matchesValues = true
  #lower: Bound | undefined
  #upper: Bound | undefined
  #among: Comparable[] | undefined
  #except: Comparable[] = []

  constructor(column: string, type: ColumnType) {
    this.#column = column
    this.#type = type
  }

  /** @throws TypeError, RangeError for a value that the operator does not take, as the end of a sentence */
  add(operator: string, value: unknown): void {
    switch (operator) {
      case 'isNull':
        if (typeof value !== 'boolean') throw new TypeError('isNull takes true or false')
        if (value) this.#matchesValues = false
        else this.#matchesNull = false
        return
      case 'eq':
        this.#addAmong([value])
        return
      case 'in':
        if (!Array.isArray(value)) throw new TypeError('in takes a list')
        this.#addAmong(value)
        return
      case 'ne':
        this.#addExcept([value])
        return
      case 'notIn':
        if (!Array.isArray(value)) throw new TypeError('notIn takes a list')
        this.#addExcept(value)
        return
      case 'startsWith':
        if (typeof value !== 'string' || this.#type.name !== 'string')
          throw new TypeError('startsWith takes a string, and is for columns of strings')
        this.#addPrefix(Buffer.from(value))
        return
      default: {
        const bound = { value: toComparable(value, this.#type), isInclusive: operator.endsWith('e') }
        if (operator.startsWith('g')) this.#addLower(bound)
        else this.#addUpper(bound)
      }
    }
  }

  build(): Predicate {
    return {
      column: this.#column,
      type: this.#type,
      matchesNull: this.#matchesNull,
      matchesValues: this.#matchesValues && this.#among?.length !== 0,
      lower: this.#lower,
      upper: this.#upper,
      among: this.#among,
      except: this.#except,
    }
  }

  #addAmong(values: readonly unknown[]): void {
    if (!values.includes(null)) this.#matchesNull = false
    const own = this.#sorted(values)
    const before = this.#among
    this.#among = before ? own.filter((value) => before.some((each) => compare(each, value) === 0)) : own
  }

  #addExcept(values: readonly unknown[]): void {
    this.#matchesNull = false
    this.#except = [...this.#except, ...this.#sorted(values)].sort(compare)
  }

  #addLower(bound: Bound): void {
    this.#matchesNull = false
    const order = this.#lower ? compare(bound.value, this.#lower.value) : 1
    if (order > 0 || (order === 0 && !bound.isInclusive)) this.#lower = bound
  }

  #addUpper(bound: Bound): void {
    this.#matchesNull = false
    const order = this.#upper ? compare(bound.value, this.#upper.value) : -1
    if (order < 0 || (order === 0 && !bound.isInclusive)) this.#upper = bound
  }

  #addPrefix(prefix: Uint8Array): void {
    this.#addLower({ value: prefix, isInclusive: true })
    // UTF-8 has no byte 255: the next prefix is the last byte and one.
    const last = prefix.at(-1)
    if (last !== undefined) this.#addUpper({ value: Buffer.from([...prefix.subarray(0, -1), last + 1]), isInclusive: false })
  }

  /** The values that are not null, as the column holds them: the nearest 32-bit float, where it has such. */
  #sorted(values: readonly unknown[]): Comparable[] {
    return values
      .filter((value) => value !== null)
      .map((value) => {
        const comparable = toComparable(value, this.#type)
        return this.#type.name === 'float32' && typeof comparable === 'number' ? Math.fround(comparable) : comparable
      })
      .sort(compare)
  }
}
