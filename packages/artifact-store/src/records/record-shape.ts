/** Checks one value; a record is checked by a shape of these. */
export type Check = (value: unknown) => boolean

/** What a record's fields must be. A field that is not named is allowed: a later version may have added it. */
export interface Shape {
  readonly required: Readonly<Record<string, Check>>
  readonly optional?: Readonly<Record<string, Check>>
}

/** Text, also empty. */
export const isText: Check = (value) => typeof value === 'string'
/** A whole number from 0. */
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
/** Text that tells an instant. */
export const isInstant: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value))

/** One of a few words. */
export const isOneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value)

/** An array whose every element passes. */
export const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)

/** A plain object whose every value passes. */
export const isTableOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check)

/** An object of this shape. */
export const isShaped =
  ({ required, optional = {} }: Shape): Check =>
  (value) =>
    isObject(value) &&
    Object.entries(required).every(([name, check]) => Object.hasOwn(value, name) && check(value[name])) &&
    Object.entries(optional).every(([name, check]) => value[name] === undefined || check(value[name]))

/** Either of two. */
export const isEither =
  (left: Check, right: Check): Check =>
  (value) =>
    left(value) || right(value)

/** Whether a value is an object with names, and no array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
