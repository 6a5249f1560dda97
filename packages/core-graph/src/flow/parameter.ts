import type { FileContent } from './file-content.ts'
import type { ParameterMaker, ParameterOptions } from './parameter-kinds.ts'

const marker = Symbol.for('millrace.parameter')

/** What a parameter's text is read as. */
export type ParameterKind = 'string' | 'number' | 'integer' | 'boolean' | 'json' | 'file'

/** A file that a parameter's text led to. */
export interface FileRequest {
  /** What the user wrote, or the default. */
  readonly path: string
  /** The folder that a relative path starts from: the working directory for what a user wrote, the flow file's folder for a default. */
  readonly from: string
}

/** What a parameter of any kind says, without types. */
type StatedOptions = ParameterOptions<unknown> & { readonly separator?: string }

/** What {@link parameter} and its relatives really put into the field. */
export class ParameterDefinition {
  readonly kind: ParameterKind
  readonly options: StatedOptions
  /** For kind `file`: finds it and makes sure that it can be read. */
  readonly readFile: ((request: FileRequest) => Promise<FileContent>) | undefined

  /** @throws TypeError for a `separator` that is no text or empty. */
  constructor(kind: ParameterKind, options: StatedOptions, readFile?: (request: FileRequest) => Promise<FileContent>) {
    const { separator } = options
    if (separator !== undefined && (typeof separator !== 'string' || separator === ''))
      throw new TypeError(`the separator of a list is text of at least one character, and ${JSON.stringify(separator)} is not`)
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

const make =
  (kind: ParameterKind) =>
  (options: object = {}): unknown =>
    new ParameterDefinition(kind, options)

/**
 * A value that the user gives when a run starts, read-only in every step: `size = parameter(1_000, { help: 'How many' })`, then `--size 20`.
 * `parameter.string`, `.number`, `.integer`, `.boolean` and `.json` name the kind and may have no default.
 *
 * @throws TypeError for a default that is no number, string or boolean, and for an empty separator.
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
