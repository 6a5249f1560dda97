import { isAnyArrayBuffer } from 'node:util/types'
import { viewClassName } from '../codec/binary.ts'
import { errorFields, isError } from '../codec/error-fields.ts'

/** A value that `JSON.stringify` writes as it is. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/** `JSON.stringify` needs a stack of its own for each level. */
const maxDepth = 1_000

/**
 * An artifact's value as JSON, for other languages and for people. One way: what JSON lacks becomes the nearest thing it has.
 *
 * - `undefined` is `null`; `NaN`, `Infinity` and `-Infinity` are those words; a bigint is its digits as text; `-0` is `0`.
 * - A date is ISO text (`Invalid Date` if it is none), a URL its text, a regular expression `/source/flags`.
 * - A typed array is an array; a Buffer, an ArrayBuffer and a DataView are base64.
 * - A Set is an array; a Map is an object if all its keys are text, otherwise an array of `[key, value]`.
 * - An error is an object of its name, message, stack and other fields.
 * - What contains itself is `[circular]` where it occurs again, and what is more than 1,000 levels deep is `[too deep]`.
 */
export function artifactToJson(value: unknown): JsonValue {
  return toJson(value, new Set())
}

function toJson(value: unknown, above: Set<object>): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value + 0 : String(value)
    case 'object':
      break
    case 'undefined':
      return null
    default:
      return String(value)
  }
  if (value === null) return null
  const scalar = scalarToJson(value)
  if (scalar !== undefined) return scalar
  if (above.has(value)) return '[circular]'
  if (above.size >= maxDepth) return '[too deep]'
  above.add(value)
  const json = containerToJson(value, (inner) => toJson(inner, above))
  above.delete(value)
  return json
}

function scalarToJson(value: object): JsonValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof RegExp) return String(value)
  if (value instanceof URL) return value.href
  if (isAnyArrayBuffer(value)) return Buffer.from(value).toString('base64')
  if (!ArrayBuffer.isView(value)) return undefined
  if (value instanceof DataView || viewClassName(value) === 'Buffer')
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  return Array.from(value as unknown as Iterable<number | bigint>, (item) => toJson(item, new Set()))
}

function containerToJson(value: object, convert: (inner: unknown) => JsonValue): JsonValue {
  if (Array.isArray(value)) return Array.from(value, convert)
  if (value instanceof Set) return Array.from(value, convert)
  if (value instanceof Map) {
    const entries = [...value]
    return entries.every(([key]) => typeof key === 'string')
      ? Object.fromEntries(entries.map(([key, inner]) => [key as string, convert(inner)]))
      : entries.map(([key, inner]) => [convert(key), convert(inner)])
  }
  if (isError(value)) {
    const { names, values } = errorFields(value)
    const fields = names.map((name, index) => [name, convert(values[index])] as const)
    return { name: value.name, message: value.message, ...Object.fromEntries(fields) }
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, convert(inner)]))
}
