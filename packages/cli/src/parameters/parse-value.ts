import type { ParameterDefinition, ParameterKind } from '@millrace/core-graph'

const kindNames: Record<Exclude<ParameterKind, 'file'>, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  json: 'JSON',
}

/** A kind in words, for `--help`. */
export function describeKind({ kind, options }: ParameterDefinition): string {
  if (options.separator !== undefined) return `list of ${kind}s, separated by ${JSON.stringify(options.separator)}`
  return kind
}

/**
 * A parameter's value from the texts that were typed for it; more than one only where it is a list.
 *
 * @throws RangeError that says what the text is not.
 */
export function parseValue(definition: ParameterDefinition, texts: readonly string[]): unknown {
  const { separator } = definition.options
  if (separator !== undefined)
    return texts.flatMap((text) => (text === '' ? [] : text.split(separator))).map((item) => parseValueOf(definition.kind, item))
  if (texts.length > 1) throw new RangeError(`was given ${texts.length} times, and takes one value`)
  return parseValueOf(definition.kind, texts[0] ?? '')
}

/** One value from its text. @throws RangeError that says what the text is not. */
export function parseValueOf(kind: ParameterKind, text: string): unknown {
  if (kind === 'string' || kind === 'file') return text
  const refuse = (): never => {
    throw new RangeError(`is ${kindNames[kind]}, and ${JSON.stringify(text)} is not`)
  }
  if (kind === 'boolean') return truth.get(text.toLowerCase()) ?? refuse()
  if (kind === 'json') {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new RangeError(`is JSON, and ${JSON.stringify(text)} is not: ${error instanceof Error ? error.message : error}`)
    }
  }
  const digits = text.trim().replace(/(?<=\d)_(?=\d)/g, '')
  const number = digits === '' ? Number.NaN : Number(digits)
  if (Number.isNaN(number) || (kind === 'integer' && !Number.isSafeInteger(number))) return refuse()
  return number
}

const truth: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
])
