import { globalOptions } from './option.ts'

const withValue: ReadonlySet<string> = new Set(globalOptions.flatMap(({ name, value }) => (value === undefined ? [] : [`--${name}`])))

/** Takes the first word that is no option, and no option's value, out of `args`: global options may stand before it. `-h` is `--help`. */
export function splitCommand(args: readonly string[]): { readonly command: string | undefined; readonly rest: readonly string[] } {
  const all = args.map((arg) => (arg === '-h' ? '--help' : arg))
  for (let index = 0; index < all.length; index += 1) {
    const arg = all[index] ?? ''
    if (withValue.has(arg)) index += 1
    else if (!arg.startsWith('-')) return { command: arg, rest: all.toSpliced(index, 1) }
  }
  return { command: undefined, rest: all }
}
