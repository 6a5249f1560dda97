import type { StandardSchema } from '@millrace/core-graph'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ParameterFailure } from '../parameter-failure.ts'
import { validate } from './validate.ts'

const check = (schema: StandardSchema, value: unknown): Promise<unknown> => validate(schema, value, '--option')
const problems = async (schema: StandardSchema, value: unknown): Promise<readonly string[]> => {
  const failure = await check(schema, value).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(failure instanceof ParameterFailure)) throw new Error(`not refused: ${failure}`)
  return failure.problems
}

const isFree = async (name: string): Promise<boolean> => {
  await new Promise((resolve) => setImmediate(resolve))
  return name !== 'taken'
}

const libraries = {
  zod: {
    small: z.number().max(10, 'must be at most 10').multipleOf(2, 'must be even'),
    date: z.string().transform((text) => new Date(text)),
    server: z.object({
      hosts: z.array(z.object({ port: z.number('must be a number'), name: z.string('must be text') })),
      mode: z.enum(['fast', 'safe'], 'must be fast or safe').default('safe'),
    }),
    free: z.string().refine(isFree, 'is taken'),
    throwing: z.string().transform((): never => {
      throw new Error('no such table')
    }),
    // A transform of zod that rejects is called twice, and the first rejection is left behind: zod itself reports through ctx.
    rejecting: z.string().transform((): never => {
      throw new Error('no such table')
    }),
  },
  valibot: {
    small: v.pipe(v.number(), v.maxValue(10, 'must be at most 10'), v.multipleOf(2, 'must be even')),
    date: v.pipe(
      v.string(),
      v.transform((text) => new Date(text)),
    ),
    server: v.object({
      hosts: v.array(v.object({ port: v.number('must be a number'), name: v.string('must be text') })),
      mode: v.optional(v.picklist(['fast', 'safe'], 'must be fast or safe'), 'safe'),
    }),
    free: v.pipeAsync(v.string(), v.checkAsync(isFree, 'is taken')),
    throwing: v.pipe(
      v.string(),
      v.transform((): never => {
        throw new Error('no such table')
      }),
    ),
    rejecting: v.pipeAsync(
      v.string(),
      v.transformAsync(async () => Promise.reject(new Error('no such table'))),
    ),
  },
} satisfies Record<string, Record<string, StandardSchema>>

for (const [library, schemas] of Object.entries(libraries)) {
  test(`${library}: a value that is fine comes back, also as another type`, async () => {
    expect(await check(schemas.small, 4)).toBe(4)
    expect(await check(schemas.date, '2026-11-23')).toEqual(new Date('2026-11-23'))
    expect(await check(schemas.server, { hosts: [] })).toEqual({ hosts: [], mode: 'safe' })
  })

  test(`${library}: every issue is told, not only the first`, async () => {
    expect(await problems(schemas.small, 13)).toEqual(['--option: must be at most 10', '--option: must be even'])
  })

  test(`${library}: an issue inside says where`, async () => {
    const value = {
      hosts: [
        { port: 80, name: 'a' },
        { port: '81', name: 7 },
      ],
      mode: 'slow',
    }
    expect(await problems(schemas.server, value)).toEqual([
      '--option at hosts.1.port: must be a number',
      '--option at hosts.1.name: must be text',
      '--option at mode: must be fast or safe',
    ])
  })

  test(`${library}: a schema may be asynchronous`, async () => {
    expect(await check(schemas.free, 'new')).toBe('new')
    expect(await problems(schemas.free, 'taken')).toEqual(['--option: is taken'])
  })

  test(`${library}: a schema that throws or rejects is told with the parameter`, async () => {
    const failed = ['--option could not be checked, because its schema failed: no such table']
    expect(await problems(schemas.throwing, 'x')).toEqual(failed)
    expect(await problems(schemas.rejecting, 'x')).toEqual(failed)
  })
}
