import type { FlowDefinition, ParameterDefinition } from '@millrace/core-graph'
import { globalOptions, type Option } from '../arguments/option.ts'
import type { Command } from '../commands/command.ts'
import { dashedName } from '../parameters/names.ts'
import { describeKind } from '../parameters/values/parse-value.ts'

/** The page for a flow file: what the flow is, its commands, its parameters. */
export function formatFlowHelp(invocation: string, definition: FlowDefinition, docstring: string, commands: Iterable<Command>): string {
  const sections = [`${definition.name}${docstring ? `\n\n${docstring}` : ''}`, `Usage: ${invocation} COMMAND [options]`]
  sections.push(
    section(
      'Commands',
      [...commands].map((command) => [command.usage, command.summary]),
    ),
  )
  if (definition.parameters.size > 0) sections.push(section('Parameters of run', parameterRows(definition)))
  sections.push(section('Options', globalOptions.map(optionRow)))
  sections.push(`"${invocation} COMMAND --help" tells more about a command.`)
  return sections.join('\n\n')
}

/** The page for one command of a flow. */
export function formatCommandHelp(invocation: string, definition: FlowDefinition, command: Command): string {
  const sections = [command.summary, `Usage: ${invocation} ${command.usage}`]
  if (command.details) sections.push(command.details)
  if (command.takesParameters === 'new' && definition.parameters.size > 0) sections.push(section('Parameters', parameterRows(definition)))
  sections.push(section('Options', [...command.options, ...globalOptions].map(optionRow)))
  return sections.join('\n\n')
}

/** The page of a command that needs no flow. */
export function formatPage({
  summary,
  usage,
  details,
  options,
}: {
  readonly summary: string
  readonly usage: string
  readonly details: string
  readonly options: readonly Option[]
}): string {
  return [summary, `Usage: ${usage}`, details, section('Options', options.map(optionRow))].join('\n\n')
}

/** The page of the program itself, before a flow file is named; `others` are the commands that need none. */
export function formatProgramHelp(commands: Iterable<Command>, others: readonly Row[]): string {
  return [
    'Runs flows written in TypeScript: a flow is a class, a step is a field, what it assigns is saved.',
    'Usage: millrace FLOW_FILE COMMAND [options]',
    section(
      'Commands',
      [...commands].map((command) => [command.usage, command.summary]),
    ),
    section('Commands without a flow file', others),
    section('Options', globalOptions.map(optionRow)),
    '"millrace FLOW_FILE --help" tells the parameters of a flow.',
  ].join('\n\n')
}

/** A line of a list: a term and what it means. */
export type Row = readonly [left: string, right: string]

function section(title: string, rows: readonly Row[]): string {
  const width = Math.min(32, Math.max(...rows.map(([left]) => left.length)))
  const lines = rows.map(([left, right]) =>
    left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`.trimEnd(),
  )
  return `${title}:\n${lines.join('\n')}`
}

const optionRow = ({ name, value, help, repeatable }: Option): Row => [
  `--${name}${value ? ` ${value}` : ''}`,
  `${help}${repeatable ? '; may be repeated' : ''}`,
]

function parameterRows(definition: FlowDefinition): Row[] {
  return [...definition.parameters].map(([name, parameter]) => {
    const option = dashedName(name)
    const left = parameter.kind === 'boolean' ? `--${option}, --no-${option}` : `--${option} ${placeholder(parameter)}`
    const notes = [parameter.kind === 'boolean' ? '' : describeKind(parameter), describeDefault(parameter)].filter((note) => note !== '')
    return [left, `${parameter.options.help ?? ''}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`.trim()]
  })
}

function placeholder({ kind, options }: ParameterDefinition): string {
  const one = { string: 'TEXT', number: 'NUMBER', integer: 'N', boolean: '', json: 'JSON', file: 'FILE' }[kind]
  return options.separator === undefined ? one : `${one}${options.separator}...`
}

function describeDefault({ options }: ParameterDefinition): string {
  if (options.required === true && options.default === undefined) return 'required'
  if (options.default === undefined) return 'optional'
  if (typeof options.default === 'function') return 'default: computed'
  const list = Array.isArray(options.default) && options.separator !== undefined
  const text = list ? (options.default as unknown[]).join(options.separator) : JSON.stringify(options.default)
  return `default: ${shortened(typeof options.default === 'string' ? options.default : text)}`
}

/** One line of at most 60 characters. */
function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}
