const marker = Symbol.for('millrace.parameter')

/** The part of the Standard Schema interface that Millrace uses, {@link https://standardschema.dev}. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined
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

/** What a parameter's text is read as. */
export type ParameterKind = 'string' | 'number' | 'integer' | 'boolean' | 'json' | 'file'

/** What a parameter of any kind may say. */
export interface ParameterOptions<Value> {
  /** A value, or a function that is called once per run. */
  readonly default?: Value | (() => Value | Promise<Value>)
  /** Whether a run without a value is refused. Default `false`. */
  readonly required?: boolean
  /** One line for `--help`. */
  readonly help?: string
  /** Validates, and may change, the value; any Standard Schema: zod, valibot, arktype. */
  readonly schema?: StandardSchema<Value>
}

interface ListOptions<Value> extends ParameterOptions<readonly Value[]> {
  /** Splits the text into a list. */
  readonly separator: string
}

/** A file that a parameter's text led to. */
export interface FileRequest {
  /** What the user wrote, or the default. */
  readonly path: string
  /** The folder that a relative path starts from: the working directory for what a user wrote, the flow file's folder for a default. */
  readonly from: string
}

/** What {@link parameter} and its relatives really put into the field. */
export class ParameterDefinition {
  readonly kind: ParameterKind
  readonly options: ParameterOptions<unknown> & { readonly separator?: string }
  /** For kind `file`: reads it. `undefined` where an optional file does not exist. */
  readonly readFile: ((request: FileRequest) => Promise<unknown>) | undefined

  constructor(
    kind: ParameterKind,
    options: ParameterOptions<unknown> & { readonly separator?: string },
    readFile?: (request: FileRequest) => Promise<unknown>,
  ) {
    this.kind = kind
    this.options = options
    this.readFile = readFile
    Object.defineProperty(this, marker, { value: true })
  }

  /** Whether `value` is a parameter; also across two installed copies. */
  static is(value: unknown): value is ParameterDefinition {
    return typeof value === 'object' && value !== null && marker in value
  }
}

type Given<Value> = { readonly required: true } | { readonly default: Value | (() => Value | Promise<Value>) }
type Widened<Value> = Value extends number ? number : Value extends string ? string : Value extends boolean ? boolean : Value

interface ParameterKinds {
  string(options: ParameterOptions<string> & Given<string>): string
  string(options: ListOptions<string> & Given<readonly string[]>): readonly string[]
  string(options: ListOptions<string>): readonly string[] | undefined
  string(options?: ParameterOptions<string>): string | undefined
  number(options: ParameterOptions<number> & Given<number>): number
  number(options: ListOptions<number> & Given<readonly number[]>): readonly number[]
  number(options: ListOptions<number>): readonly number[] | undefined
  number(options?: ParameterOptions<number>): number | undefined
  integer(options: ParameterOptions<number> & Given<number>): number
  integer(options: ListOptions<number> & Given<readonly number[]>): readonly number[]
  integer(options: ListOptions<number>): readonly number[] | undefined
  integer(options?: ParameterOptions<number>): number | undefined
  boolean(options: ParameterOptions<boolean> & Given<boolean>): boolean
  boolean(options?: ParameterOptions<boolean>): boolean | undefined
  json<Value>(options: ParameterOptions<Value> & Given<Value>): Value
  json<Value>(options?: ParameterOptions<Value>): Value | undefined
}

interface ParameterMaker extends ParameterKinds {
  /** A parameter whose kind follows from its default: a number, text, or a switch. */
  <Value extends number | string | boolean>(
    defaultValue: Value,
    options?: Omit<ParameterOptions<Widened<Value>>, 'default' | 'required'>,
  ): Widened<Value>
}

const make =
  (kind: ParameterKind) =>
  (options: object = {}): unknown =>
    new ParameterDefinition(kind, options)

/**
 * A value that the user gives when a run starts, read-only in every step: `size = parameter(1_000, { help: 'How many' })`, then `--size 20`.
 * `parameter.string`, `.number`, `.integer`, `.boolean` and `.json` name the kind and may have no default.
 *
 * @throws TypeError for a default that is no number, string or boolean.
 */
export const parameter: ParameterMaker = Object.assign(
  (defaultValue: unknown, options: object = {}): never => {
    const kind = typeof defaultValue
    if (kind !== 'number' && kind !== 'string' && kind !== 'boolean')
      throw new TypeError(
        `parameter() takes a number, a string or a boolean as its default, not ${kind}. Use parameter.json({ default: ... }) for other values.`,
      )
    return new ParameterDefinition(kind, { ...options, default: defaultValue }) as never
  },
  { string: make('string'), number: make('number'), integer: make('integer'), boolean: make('boolean'), json: make('json') },
) as unknown as ParameterMaker
