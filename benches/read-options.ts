import { parseArgs } from 'node:util'

/** An option of a bench: what stands where none is given, and what it is for. */
export interface BenchOption {
  readonly default: string
  readonly help: string
}

/** The options that a bench was started with. `--help` prints what there is, and a wrong option what is wrong; either ends the process. */
export function readOptions<Name extends string>(about: string, options: Readonly<Record<Name, BenchOption>>): Record<Name, string> {
  const entries = Object.entries<BenchOption>(options)
  const width = Math.max(...entries.map(([name]) => name.length))
  const lines = entries.map(([name, { default: value, help }]) => `  --${name.padEnd(width)}  ${help} (default: ${value})`)
  const usage = [about, '', 'Options:', ...lines, `  --${'help'.padEnd(width)}  Print this help`].join('\n')
  try {
    const strings = Object.fromEntries(entries.map(([name, { default: value }]) => [name, { type: 'string', default: value } as const]))
    const { values } = parseArgs({ options: { ...strings, help: { type: 'boolean' } } })
    if (!values.help) return values as Record<Name, string>
    console.log(usage)
    process.exit(0)
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}

/** Those of `all` that `text` names, with commas between them. Names that are not there end the process. */
export function chooseByName<T>(text: string, all: Readonly<Record<string, T>>): readonly T[] {
  const names = text.split(',')
  const unknown = names.filter((name) => !Object.hasOwn(all, name))
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', no ')}. There are ${Object.keys(all).join(', ')}.`)
    process.exit(2)
  }
  return names.map((name) => all[name] as T)
}
