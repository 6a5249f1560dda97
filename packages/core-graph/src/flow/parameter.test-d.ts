import * as v from 'valibot'
import { z } from 'zod'
import { parameter, type StandardSchema } from '../index.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles only where a value is of exactly the type `Expected`. */
const is =
  <Expected>() =>
  <Actual>(_value: Actual, ..._same: Same<Actual, Expected> extends true ? [] : [problem: 'another type']): void => {}

// The kind follows from the default.
is<number>()(parameter(1_000, { help: 'How many' }))
is<string>()(parameter('Drama'))
is<boolean>()(parameter(false))

// Without a default a parameter may be absent; a default or `required` sees to that.
is<string | undefined>()(parameter.string())
is<string | undefined>()(parameter.string({ help: 'A note' }))
is<string | undefined>()(parameter.string({ required: false }))
is<string>()(parameter.string({ required: true }))
is<string>()(parameter.string({ default: 'x' }))
is<number | undefined>()(parameter.number())
is<number>()(parameter.number({ default: () => 1 }))
is<number | undefined>()(parameter.integer())
is<number>()(parameter.integer({ default: async () => 3 }))
is<boolean | undefined>()(parameter.boolean())
is<boolean>()(parameter.boolean({ default: true }))
is<boolean>()(parameter.boolean({ required: true }))

// A list is read-only.
is<readonly string[] | undefined>()(parameter.string({ separator: ',' }))
is<readonly string[]>()(parameter.string({ separator: ',', default: ['a'] }))
is<readonly string[]>()(parameter.string({ separator: ' -- ', required: true }))
is<readonly number[]>()(parameter.number({ separator: ',', default: () => [1, 2] }))
is<readonly number[]>()(parameter.integer({ separator: ',', default: [] }))

// JSON is what is said of it.
interface Options {
  readonly deep: boolean
}
is<Options | undefined>()(parameter.json<Options>())
is<Options>()(parameter.json<Options>({ required: true }))
is<Options>()(parameter.json<Options>({ default: { deep: true } }))
is<{ deep: boolean }>()(parameter.json({ default: { deep: true } }))
is<unknown>()(parameter.json())

// A schema keeps the type, narrows it or changes it.
is<number>()(parameter(5, { schema: z.number().min(1) }))
is<string>()(parameter(5, { schema: z.number().transform(String) }))
is<'a' | 'b'>()(parameter.string({ default: 'a', schema: z.enum(['a', 'b']) }))
is<'a' | 'b' | undefined>()(parameter.string({ schema: v.picklist(['a', 'b']) }))
is<Date>()(parameter.string({ required: true, schema: z.iso.date().transform((text) => new Date(text)) }))
is<Date | undefined>()(
  parameter.string({
    schema: v.pipe(
      v.string(),
      v.transform((text) => new Date(text)),
    ),
  }),
)
is<number>()(parameter.string({ required: true, schema: z.coerce.number() }))
is<number>()(parameter.integer({ default: 2, schema: v.pipe(v.number(), v.multipleOf(2)) }))
is<boolean>()(parameter.boolean({ default: true, schema: v.boolean() }))
is<Set<string>>()(parameter.string({ separator: ',', required: true, schema: z.array(z.string()).transform((list) => new Set(list)) }))
is<[number, number] | undefined>()(parameter.number({ separator: 'x', schema: z.tuple([z.number(), z.number()]) }))
is<{ deep: boolean }>()(parameter.json({ default: { deep: true }, schema: z.object({ deep: z.boolean() }) }))
is<{ deep: boolean } | undefined>()(parameter.json({ schema: v.object({ deep: v.boolean() }) }))
is<{ port: number }>()(parameter.json({ default: {}, schema: z.object({ port: z.number().default(80) }) }))
declare const plain: StandardSchema<unknown, URL>
is<URL>()(parameter.string({ required: true, schema: plain }))
declare const options: StandardSchema<unknown, Options>
is<Options>()(parameter.json<Options>({ required: true, schema: options }))

// What the field is declared as does not decide.
// @ts-expect-error - text is no number
export const declared: number = parameter.string({ required: true })
// @ts-expect-error - it may be absent
export const absent: string = parameter.string()

// @ts-expect-error - the schema takes text
parameter(5, { schema: z.string() })
// @ts-expect-error - the schema takes text
parameter.number({ schema: v.string() })
// @ts-expect-error - the schema takes one text, not a list
parameter.string({ separator: ',', schema: z.string() })
// @ts-expect-error - the schema does not take this default
parameter.string({ default: 'c', schema: z.enum(['a', 'b']) })
// @ts-expect-error - the schema does not take this default
parameter.json({ default: { deep: 'yes' }, schema: z.object({ deep: z.boolean() }) })
// @ts-expect-error - a schema is a Standard Schema
parameter.string({ schema: { parse: (text: string) => text } })
// @ts-expect-error - the default is text
parameter.integer({ default: '3' })
// @ts-expect-error - the function gives text
parameter.integer({ default: () => '3' })
// @ts-expect-error - the default of a list is a list
parameter.string({ separator: ',', default: 'Drama' })
// @ts-expect-error - a default of one value is no list
parameter.string({ default: ['Drama'] })
// @ts-expect-error - a switch is no list
parameter.boolean({ separator: ',' })
// @ts-expect-error - JSON has lists of its own
parameter.json({ separator: ',' })
// @ts-expect-error - no such option
parameter.string({ halp: 'x' })
// @ts-expect-error - no such option, beside a schema
parameter.string({ schema: z.string(), halp: 'x' })
// @ts-expect-error - the default stands before the options
parameter(5, { default: 6 })
// @ts-expect-error - with a default it is never missing
parameter(5, { required: true })
// @ts-expect-error - an object needs parameter.json
parameter({ deep: true })
