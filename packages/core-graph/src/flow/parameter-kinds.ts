import type { SchemaFor, StandardSchema } from './standard-schema.ts'

/** What a parameter may say beside its schema. */
export interface PlainParameterOptions<Value> {
  /** A value, or a function that is called once per run. */
  readonly default?: Value | (() => Value | Promise<Value>)
  /** Whether a run without a value is refused. Default `false`. */
  readonly required?: boolean
  /** One line for `--help`. */
  readonly help?: string
}

/** What a parameter of any kind may say. */
export interface ParameterOptions<Value> extends PlainParameterOptions<Value> {
  /** Validates, and may change, the value; any Standard Schema: zod, valibot, arktype. */
  readonly schema?: StandardSchema
}

/** What makes sure that there is always a value. */
export type GivenValue<Default> = { readonly required: true } | { readonly default: Default | (() => Default | Promise<Default>) }

/** Stands in the overloads for "no schema", so that the value's type is the kind's own. */
export interface WithoutSchema {
  readonly schema?: undefined
}

/** `Value` is what the text becomes, `Result` what steps see where no schema changes it. */
interface Kind<Value, Result, Extra> {
  <Input, Output>(
    options: PlainParameterOptions<NoInfer<Result & Input>> & GivenValue<NoInfer<Result & Input>> & SchemaFor<Value, Input, Output> & Extra,
  ): Output
  <Input, Output>(options: PlainParameterOptions<NoInfer<Result & Input>> & SchemaFor<Value, Input, Output> & Extra): Output | undefined
  (options: PlainParameterOptions<Result> & GivenValue<Result> & WithoutSchema & Extra): Result
  (options: PlainParameterOptions<Result> & WithoutSchema & Extra): Result | undefined
}

interface One {
  readonly separator?: undefined
}

interface List {
  /** Splits the text into a list; of any length but 0. */
  readonly separator: string
}

type ListKind<Item> = Kind<Item[], readonly Item[], List>
type OneKind<Value> = Kind<Value, Value, One> & (() => Value | undefined)

interface JsonKind {
  <Input, Output>(
    options: PlainParameterOptions<NoInfer<Input>> &
      GivenValue<NoInfer<Input>> & {
        /** Validates the value, default included, and may change it, its type too. */
        readonly schema: StandardSchema<Input, Output>
      },
  ): Output
  <Input, Output>(options: PlainParameterOptions<NoInfer<Input>> & { readonly schema: StandardSchema<Input, Output> }): Output | undefined
  <Value>(
    options: PlainParameterOptions<Value> & GivenValue<Value> & { readonly schema?: StandardSchema<unknown, Value> | undefined },
  ): Value
  <Value>(options?: PlainParameterOptions<Value> & { readonly schema?: StandardSchema<unknown, Value> | undefined }): Value | undefined
}

type Widened<Value> = Value extends number ? number : Value extends string ? string : Value extends boolean ? boolean : Value

/** What {@link parameter} can make. */
export interface ParameterMaker {
  /** A parameter whose kind follows from its default: a number, text, or a switch. */
  <Value extends number | string | boolean, Input, Output>(
    defaultValue: Value,
    options: { readonly help?: string } & SchemaFor<Widened<Value>, Input, Output>,
  ): Output
  <Value extends number | string | boolean>(defaultValue: Value, options?: { readonly help?: string } & WithoutSchema): Widened<Value>
  /** Text as it is; with `separator` a list of texts. */
  readonly string: OneKind<string> & ListKind<string>
  /** Any number but NaN; with `separator` a list of numbers. */
  readonly number: OneKind<number> & ListKind<number>
  /** A whole number that JavaScript holds exactly; with `separator` a list of them. */
  readonly integer: OneKind<number> & ListKind<number>
  /** A switch: `--name` and `--no-name`. */
  readonly boolean: OneKind<boolean>
  /** Any JSON value. */
  readonly json: JsonKind
}
