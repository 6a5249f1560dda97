import { inspect } from 'node:util'
import type { ParameterDefinition, ParameterKind } from '@millrace/core-graph'
import { kindNames } from './parse-value.ts'

/** What is wrong with a default, which types see only in part: `integer` may have 1.5, and a function may give anything. `undefined` if nothing is. */
export function defaultProblem({ kind, options }: ParameterDefinition, value: unknown): string | undefined {
  if (options.separator === undefined) return isOfKind(kind, value) ? undefined : `is ${kindNames[kind]}, and ${show(value)} is not`
  if (!Array.isArray(value)) return `is a list, and ${show(value)} is not`
  const stray = value.findIndex((item) => !isOfKind(kind, item))
  return stray === -1 ? undefined : `is a list, each item of it ${kindNames[kind]}, and item ${stray}, ${show(value[stray])}, is not`
}

function isOfKind(kind: ParameterKind, value: unknown): boolean {
  switch (kind) {
    case 'string':
    case 'file':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number' && !Number.isNaN(value)
    case 'integer':
      return Number.isSafeInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'json':
      return true
  }
}

const show = (value: unknown): string =>
  inspect(value, { depth: 1, maxArrayLength: 5, maxStringLength: 80, breakLength: Number.POSITIVE_INFINITY })
