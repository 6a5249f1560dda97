/** The part of the Standard Schema interface that Millrace uses, {@link https://standardschema.dev}: zod, valibot, arktype and others have it. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
      }[]
    }

/** The option `schema` where it is given: a schema of other things than `Value` is no schema for it. */
export type SchemaFor<Value, Input, Output> = {
  /** Validates the value, default included, and may change it, its type too; it never sees an absent one. */
  readonly schema: StandardSchema<Input, Output>
} & ([Value] extends [Input]
  ? unknown
  : [Input] extends [Value]
    ? unknown
    : { readonly schema: 'this schema does not take what the parameter gives it' })
