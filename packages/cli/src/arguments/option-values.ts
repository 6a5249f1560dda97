import { insteadOf, parseDuration } from '@millrace/core-graph'
import { parseValueOf } from '../parameters/values/parse-value.ts'
import type { TypedValue } from './parse-arguments.ts'

/** Reads typed options by name; what is wrong with them is gathered, so that all of it is told at once. */
export class OptionValues {
  readonly #values: ReadonlyMap<string, readonly TypedValue[]>
  readonly #problems: string[]

  constructor(values: ReadonlyMap<string, readonly TypedValue[]>, problems: string[]) {
    this.#values = values
    this.#problems = problems
  }

  /** Every value of a repeatable option. */
  texts(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).map(({ text }) => text)
  }

  /** The value of an option that may be given once. */
  text(name: string): string | undefined {
    const texts = this.texts(name)
    if (texts.length > 1) this.#problems.push(`--${name} was given ${texts.length} times, and takes one value.`)
    if (texts[0] === '') this.#problems.push(`--${name} needs a value that is not empty.`)
    return texts[0]
  }

  /** Whether a switch is on. */
  flag(name: string): boolean {
    const text = this.texts(name).at(-1)
    if (text === undefined) return false
    try {
      return parseValueOf('boolean', text) === true
    } catch {
      this.#problems.push(`--${name} is a switch, and takes no value such as ${JSON.stringify(text)}.`)
      return false
    }
  }

  /** The value of an option that is a whole number of at least `least`. */
  wholeNumber(name: string, least: number): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (Number.isSafeInteger(number) && number >= least) return number
    this.#problems.push(`--${name} is a whole number from ${least}, and ${JSON.stringify(text)} is not.`)
    return undefined
  }

  /** The value of an option that is one of a few words. */
  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name)
    const chosen = choices.find((each) => each === text)
    if (text !== undefined && chosen === undefined)
      this.#problems.push(`--${name} cannot be ${JSON.stringify(text)}. ${insteadOf(text, choices)}`)
    return chosen
  }

  /** The value of an option that is a length of time, in milliseconds; `examples` are such as `30m or 2h`. */
  durationMs(name: string, examples: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    try {
      return parseDuration(text)
    } catch {
      this.#problems.push(`--${name} is a length of time such as ${examples}, and ${JSON.stringify(text)} is not.`)
      return undefined
    }
  }

  /** The value of an option that is a number above 0. */
  positiveNumber(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const number = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isFinite(number) && number > 0) return number
    this.#problems.push(`--${name} is a number above 0, and ${JSON.stringify(text)} is not.`)
    return undefined
  }
}
