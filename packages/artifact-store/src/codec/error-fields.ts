import { isNativeError } from 'node:util/types'

/** The builtin error classes, by name; an error comes back as the nearest of them. */
export const errorClasses: ReadonlyMap<string, ErrorConstructor> = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError as unknown as ErrorConstructor, Error].map(
    (errorClass) => [errorClass.name, errorClass as ErrorConstructor],
  ),
)

/** What is kept of an error. */
export interface ErrorFields {
  readonly builtin: string
  readonly names: readonly string[]
  readonly values: readonly unknown[]
  /** This many names, the first ones, are not enumerable. */
  readonly hidden: number
}

/** Whether `value` is an error, of any class. */
export const isError = (value: object): value is Error => isNativeError(value) || value instanceof Error

/** Name, message, stack, cause, errors and every own enumerable field of an error. Other hidden fields, and symbols, are not kept. */
export function errorFields(error: Error): ErrorFields {
  const builtin = [...errorClasses].find(([, errorClass]) => error instanceof errorClass)?.[0] ?? 'Error'
  const prototype = errorClasses.get(builtin)?.prototype as Error
  const hidden = new Map<string, unknown>()
  for (const name of ['name', 'message'] as const)
    if (Object.hasOwn(error, name) ? !isEnumerable(error, name) : error[name] !== prototype[name]) hidden.set(name, error[name])
  const stack = stackOf(error)
  if (stack !== undefined && !isEnumerable(error, 'stack')) hidden.set('stack', stack)
  for (const name of ['cause', 'errors'])
    if (Object.hasOwn(error, name) && !isEnumerable(error, name)) hidden.set(name, (error as unknown as Record<string, unknown>)[name])
  const shown = Object.keys(error)
  return {
    builtin,
    names: [...hidden.keys(), ...shown],
    values: [...hidden.values(), ...shown.map((name) => (error as unknown as Record<string, unknown>)[name])],
    hidden: hidden.size,
  }
}

const isEnumerable = (error: Error, name: string): boolean => Object.prototype.propertyIsEnumerable.call(error, name)

/** Node makes the text of a stack when it is first read, and fails if the error's name or message cannot be made text. */
function stackOf(error: Error): string | undefined {
  try {
    return typeof error.stack === 'string' ? error.stack : undefined
  } catch {
    return undefined
  }
}
