import type { ErrorRecord, MillraceError } from '@millrace/core-graph'

const maxDepth = 8

/** An error, or anything else that was thrown, as data: name, message, code, stack, cause and the errors of an aggregate, each at most eight deep and none within itself. */
export function errorToRecord(error: unknown, around: readonly unknown[] = []): ErrorRecord {
  if (!(error instanceof Error)) return { name: 'Thrown', message: describe(error) }
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? String(error.code) : undefined
  const path = [...around, error]
  const isDue = (inner: unknown): boolean => path.length <= maxDepth && !path.includes(inner)
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(typeof error.stack === 'string' ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && isDue(error.cause) ? { cause: errorToRecord(error.cause, path) } : {}),
    ...(error instanceof AggregateError
      ? {
          errors: error.errors
            .filter(isDue)
            .slice(0, 100)
            .map((each) => errorToRecord(each, path)),
        }
      : {}),
  }
}

/** A Millrace error as data, without the stack of the framework's own code. */
export function errorRecord(code: ConstructorParameters<typeof MillraceError>[0], message: string): ErrorRecord {
  return { name: 'MillraceError', message, code }
}

function describe(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown
  try {
    return JSON.stringify(thrown) ?? String(thrown)
  } catch {
    return String(thrown)
  }
}
