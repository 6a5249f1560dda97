import type { ParameterDefinition, ParameterKind } from '@millrace/core-graph'
import { parseJson } from './parse-json.ts'
import { quote } from './quote.ts'

/** What a value of each kind is, in words. */
export const kindNames: Readonly<Record<ParameterKind, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  json: 'JSON',
  file: 'the path of a file',
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
  const refuse = (why = ''): never => {
    throw new RangeError(`is ${kindNames[kind]}, and ${quote(text)} is not${why}`)
  }
  switch (kind) {
    case 'string':
    case 'file':
      return text
    case 'boolean':
      return truth.get(text.toLowerCase()) ?? refuse()
    case 'json':
      try {
        return parseJson(text)
      } catch (error) {
        return refuse(`: ${error instanceof Error ? error.message : error}`)
      }
    case 'number': {
      const number = toNumber(text)
      if (Number.isNaN(number)) refuse()
      if (!Number.isFinite(number) && /\d/.test(text)) throw new RangeError(`is too large for a number of JavaScript: ${quote(text)}`)
      return number
    }
    case 'integer': {
      const number = toNumber(text)
      if (!Number.isInteger(number)) refuse()
      if (!Number.isSafeInteger(number))
        throw new RangeError(
          `is a whole number that JavaScript holds exactly, at most ${Number.MAX_SAFE_INTEGER}, and ${quote(text)} is not`,
        )
      // A whole number has no -0.
      return number === 0 ? 0 : number
    }
  }
}

/** NaN for what is none. `1_000`, `1e3` and `0xff` are numbers. */
function toNumber(text: string): number {
  const digits = text.trim().replace(/(?<=\d)_(?=\d)/g, '')
  return digits === '' ? Number.NaN : Number(digits)
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
