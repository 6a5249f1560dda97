import { insteadOf } from '../nearest-name.ts'
import { describeType } from '../schema/column-type.ts'
import type { Field } from '../schema/field.ts'
import type { Predicate } from './predicate.ts'
import { PredicateDraft } from './predicate-draft.ts'

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
    throw new RangeError(`Could not filter by ${column}: there is no operator ${name}. ${insteadOf(name, operators)}`)
  }
  return condition as Record<string, unknown>
}
