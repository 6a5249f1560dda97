import type { StandardSchema } from '@millrace/core-graph'
import { ParameterFailure } from '../parameter-failure.ts'

/**
 * What a schema makes of a value. `origin` is what the value is called in messages: `--size`.
 *
 * @throws ParameterFailure with every issue that the schema finds, or with what it throws.
 */
export async function validate(schema: StandardSchema, value: unknown, origin: string): Promise<unknown> {
  const result = await check(schema, value).catch((error: unknown) => {
    throw new ParameterFailure([
      `${origin} could not be checked, because its schema failed: ${error instanceof Error ? error.message : error}`,
    ])
  })
  if (result.issues === undefined) return result.value
  throw new ParameterFailure(
    result.issues.map(({ message, path }) => {
      const place = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
      return `${origin}${place ? ` at ${place}` : ''}: ${message}`
    }),
  )
}

/** A schema may throw at once, too. */
async function check(schema: StandardSchema, value: unknown): Promise<Awaited<ReturnType<StandardSchema['~standard']['validate']>>> {
  return schema['~standard'].validate(value)
}
