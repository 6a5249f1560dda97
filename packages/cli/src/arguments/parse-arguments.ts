import { parseArgs } from 'node:util'
import { nearest } from '@millrace/core-graph'

/** What one spelling of an option leads to. */
export interface Spelling {
  /** Whose values these are. */
  readonly key: string
  readonly takesValue: boolean
  /** For a switch: the text that the bare option stands for, `'true'` or `'false'`. */
  readonly bare?: string
}

/** What was typed for an option. */
export interface TypedValue {
  readonly text: string
  /** The option as typed, such as `--learning-rate`. */
  readonly option: string
}

/** Arguments, sorted. */
export interface ParsedArguments {
  readonly values: ReadonlyMap<string, readonly TypedValue[]>
  readonly positionals: readonly string[]
  /** Every unknown option and every missing value, as sentences. */
  readonly problems: readonly string[]
}

/** Sorts `args` into options and positionals; `spellings` are the options that exist, by every way to type them, without `--`. */
export function parseArguments(args: readonly string[], spellings: ReadonlyMap<string, Spelling>): ParsedArguments {
  const options = Object.fromEntries(
    [...spellings].map(([name, { takesValue }]) => [name, { type: takesValue ? ('string' as const) : ('boolean' as const) }]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const values = new Map<string, TypedValue[]>()
  const positionals: string[] = []
  const problems: string[] = []
  let afterUnknown = -1
  let afterSwitch: { readonly index: number; readonly option: string } | undefined
  for (const token of tokens) {
    if (token.kind === 'positional') {
      // The word after an unknown option is most likely its value: one problem is enough.
      if (token.index === afterUnknown) continue
      if (token.index === afterSwitch?.index && (token.value === 'true' || token.value === 'false'))
        problems.push(`${afterSwitch.option} is a switch and takes no word after it. Write ${afterSwitch.option}=${token.value}.`)
      else positionals.push(token.value)
    } else if (token.kind === 'option') {
      const spelling = token.rawName.startsWith('--') ? spellings.get(token.name) : undefined
      const text = token.value ?? spelling?.bare
      if (spelling && !spelling.takesValue && token.value === undefined) afterSwitch = { index: token.index + 1, option: token.rawName }
      if (!spelling) {
        problems.push(`${token.rawName} is not an option here.${suggestion(token.name, spellings)}`)
        afterUnknown = token.value === undefined ? token.index + 1 : -1
      } else if (spelling.bare === 'false' && token.value !== undefined)
        problems.push(`${token.rawName} takes no value. Write ${token.rawName}, or ${token.rawName.replace('no-', '')}=${token.value}.`)
      else if (
        text === undefined ||
        (spelling.takesValue && token.inlineValue === false && spellings.has(text.replace(/^--|=.*$/g, '')) && text.startsWith('--'))
      )
        problems.push(`${token.rawName} needs a value: ${token.rawName}=...`)
      else values.set(spelling.key, [...(values.get(spelling.key) ?? []), { text, option: token.rawName }])
    }
  }
  return { values, positionals, problems }
}

function suggestion(name: string, spellings: ReadonlyMap<string, Spelling>): string {
  const found = nearest(name, [...spellings.keys()])
  return found === undefined ? ' See --help for those that exist.' : ` Did you mean --${found}?`
}
