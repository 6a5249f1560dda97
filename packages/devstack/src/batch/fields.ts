import { clientError } from './batch-error.ts'

/** An object that came as JSON. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Reads the members of a request, and refuses those of a wrong type. */
export class Fields {
  readonly value: JsonObject
  readonly #path: string

  constructor(value: JsonObject, path = '') {
    this.value = value
    this.#path = path
  }

  has(name: string): boolean {
    return this.value[name] !== undefined && this.value[name] !== null
  }

  /** @throws BatchError ClientException where it is not text. */
  text(name: string): string | undefined {
    return this.#read(name, 'a string', (value) => typeof value === 'string') as string | undefined
  }

  /** @throws BatchError ClientException where it is missing, empty or not text. */
  needText(name: string): string {
    const text = this.text(name)
    if (text === undefined || text === '') throw clientError(`${this.#path}${name} must not be null or empty`)
    return text
  }

  boolean(name: string): boolean | undefined {
    return this.#read(name, 'a boolean', (value) => typeof value === 'boolean') as boolean | undefined
  }

  /** A whole number between two limits. @throws BatchError ClientException. */
  wholeNumber(name: string, { least, most }: { readonly least: number; readonly most: number }): number | undefined {
    const value = this.#read(name, 'an integer', (each) => Number.isSafeInteger(each)) as number | undefined
    if (value !== undefined && (value < least || value > most))
      throw clientError(`${this.#path}${name} must be between ${least} and ${most}, inclusive`)
    return value
  }

  texts(name: string): readonly string[] | undefined {
    return this.#read(name, 'a list of strings', (value) => Array.isArray(value) && value.every((each) => typeof each === 'string')) as
      | readonly string[]
      | undefined
  }

  /** Texts by name. */
  textMap(name: string): Readonly<Record<string, string>> | undefined {
    return this.#read(
      name,
      'a map of strings',
      (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
    ) as Readonly<Record<string, string>> | undefined
  }

  object(name: string): Fields | undefined {
    const value = this.#read(name, 'a structure', isObject) as JsonObject | undefined
    return value && new Fields(value, `${this.#path}${name}.`)
  }

  objects(name: string): readonly Fields[] | undefined {
    const values = this.#read(name, 'a list of structures', (value) => Array.isArray(value) && value.every(isObject)) as
      | readonly JsonObject[]
      | undefined
    return values?.map((value) => new Fields(value, `${this.#path}${name}.`))
  }

  #read(name: string, kind: string, isRight: (value: unknown) => boolean): unknown {
    const value = this.value[name]
    if (value === undefined || value === null) return undefined
    if (!isRight(value)) throw clientError(`${this.#path}${name} must be ${kind}`)
    return value
  }
}

/** Whether a value is an object in the sense of JSON. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
