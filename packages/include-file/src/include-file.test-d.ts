import { z } from 'zod'
import { includeFile } from './include-file.ts'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Compiles only where a value is of exactly the type `Expected`. */
const is =
  <Expected>() =>
  <Actual>(_value: Actual, ..._same: Same<Actual, Expected> extends true ? [] : [problem: 'another type']): void => {}

is<string | undefined>()(includeFile())
is<string | undefined>()(includeFile({ help: 'A file' }))
is<string>()(includeFile({ default: './a.csv' }))
is<string>()(includeFile({ default: () => './a.csv', encoding: 'utf8' }))
is<string>()(includeFile({ required: true }))
is<Uint8Array | undefined>()(includeFile({ encoding: null }))
is<Uint8Array>()(includeFile({ encoding: null, default: './logo.png' }))
is<Uint8Array>()(includeFile({ encoding: null, required: true }))

// A schema sees the content, and may make something else of it.
const json = z.string().transform((text): unknown => JSON.parse(text))
is<{ port: number }>()(includeFile({ default: './config.json', schema: json.pipe(z.object({ port: z.number() })) }))
is<string | undefined>()(includeFile({ schema: z.string().min(1) }))
is<number>()(includeFile({ encoding: null, required: true, schema: z.instanceof(Uint8Array).transform((bytes) => bytes.length) }))

// @ts-expect-error - the schema takes text, and the content is bytes
includeFile({ encoding: null, schema: z.string() })
// @ts-expect-error - the schema takes a number
includeFile({ schema: z.number() })
// @ts-expect-error - the default is a path
includeFile({ default: new Uint8Array(3) })
// @ts-expect-error - there are two encodings
includeFile({ encoding: 'latin1' })
// @ts-expect-error - a file is no list
includeFile({ separator: ',' })
