import { insteadOf, nearestName } from '../nearest-name.ts'
import { type ColumnType, describeType } from '../schema/column-type.ts'
import type { Field } from '../schema/field.ts'
import { type Comparable, compare, toComparable } from './comparable.ts'
import type { Bound, Predicate } from './predicate.ts'

/** What a single column may be. Several operators all hold. */
export interface Operators<Value> {
  readonly eq?: Value | null
  /** As in SQL, never true of null; `{ ne: null }` is what is not null. */
  readonly ne?: Value | null
  readonly gt?: Value
  readonly gte?: Value
  readonly lt?: Value
  readonly lte?: Value
  readonly in?: readonly (Value | null)[]
  /** As in SQL, never true of null. */
  readonly notIn?: readonly (Value | null)[]
  /** Of texts. */
  readonly startsWith?: string
  readonly isNull?: boolean
}

/** A condition on a column: a value, a list of values of which it must be one, or operators. `null` is null. */
export type Condition<Value = unknown> = Value | null | readonly (Value | null)[] | Operators<Value>

const operators: readonly string[] = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'notIn',
  'startsWith',
  'isNull',
] satisfies (keyof Operators<unknown>)[]

/**
 * Reads conditions, one for each column that has one; columns with `undefined` have none.
 *
 * @throws RangeError for a column or an operator that is not there, with the nearest name; TypeError for a value of another type than the column's
 */
export function parseWhere(where: Readonly<Record<string, unknown>>, fields: readonly Field[]): Predicate[] {
  return Object.entries(where)
    .filter(([, condition]) => condition !== undefined)
    .map(([name, condition]) => {
      const field = fields.find((each) => each.name === name)
      if (!field) {
        const instead = insteadOf(
          name,
          fields.map((each) => each.name),
        )
        throw new RangeError(`Could not filter by ${name}: the table has no such column or partition. ${instead}`)
      }
      return parseCondition(field, condition)
    })
}

function parseCondition({ name: column, type }: Field, condition: unknown): Predicate {
  const draft = new PredicateDraft(column, type)
  for (const [operator, value] of Object.entries(toOperators(condition, column))) {
    if (value === undefined) continue
    try {
      draft.add(operator, value)
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error
      const message = `Could not filter by ${column} (${describeType(type)}): ${error.message}.`
      throw error instanceof TypeError ? new TypeError(message, { cause: error }) : new RangeError(message, { cause: error })
    }
  }
  return draft.build()
}

function toOperators(condition: unknown, column: string): Readonly<Record<string, unknown>> {
  if (Array.isArray(condition)) return { in: condition }
  if (typeof condition !== 'object' || condition === null || condition instanceof Date || condition instanceof Uint8Array)
    return { eq: condition }
  for (const name of Object.keys(condition)) {
    if (operators.includes(name)) continue
    const nearest = nearestName(name, operators)
    const next = nearest === undefined ? `Operators are ${operators.join(', ')}.` : `Did you mean ${nearest}?`
    throw new RangeError(`Could not filter by ${column}: there is no operator ${name}. ${next}`)
  }
  return condition as Record<string, unknown>
}

/** Gathers operators that all hold. */
class PredicateDraft {
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
