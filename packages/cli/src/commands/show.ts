import type { Graph, GraphNode, StepOptions } from '@millrace/core-graph'
import { checkFlow } from '@millrace/core-graph/graph'
import { exitCode } from '../exit-code.ts'
import { describeKind } from '../parameters/values/parse-value.ts'
import { formatMermaid } from '../render/mermaid.ts'
import { classDocstring, fieldDocstring } from '../source/docstring.ts'
import { UsageError } from '../usage-error.ts'
import type { Command, CommandContext } from './command.ts'

/** Shows the steps of a flow and where each goes. */
export const show: Command = {
  name: 'show',
  usage: 'show [--json | --mermaid]',
  summary: 'Show the steps and where each goes',
  options: [
    { name: 'json', help: 'As JSON' },
    { name: 'mermaid', help: 'As a Mermaid flowchart' },
  ],
  takesParameters: false,
  positionals: { least: 0, most: 0 },
  outlivesReader: false,
  async run(context) {
    const { definition, options, output, problems } = context
    const [json, mermaid] = [options.flag('json'), options.flag('mermaid')]
    if (json && mermaid) problems.push('--json and --mermaid exclude each other.')
    if (problems.length > 0) throw new UsageError(problems)
    const { graph } = checkFlow(definition)
    if (mermaid) output.print(formatMermaid(graph))
    else if (json) output.print(JSON.stringify(asJson(context, graph), null, 2))
    else output.print(asText(context, graph))
    return exitCode.done
  },
}

function asText({ definition, module, output }: CommandContext, graph: Graph): string {
  const { paint } = output
  const docstring = classDocstring(module.sourceFile, definition.name)
  const blocks = [paint('bold', definition.name) + (docstring ? `\n${indented(docstring)}` : '')]
  for (const node of graph.nodes.values()) {
    const options = definition.steps.get(node.name)?.options ?? {}
    const doc = fieldDocstring(module.sourceFile, node.name)
    const lines = [`${paint('bold', node.name)}${node.join ? ' (join)' : ''}`]
    if (doc) lines.push(indented(doc))
    for (const [name, value] of Object.entries(options)) lines.push(`    ${name}: ${describeOption(value)}`)
    lines.push(`    ${describeNext(node)}`)
    blocks.push(lines.join('\n'))
  }
  return blocks.join('\n\n')
}

function describeNext({ kind, targets }: GraphNode): string {
  if (kind === 'end') return 'the end'
  if (kind === 'foreach') return `=> ${targets.join(', ')}, for each item`
  if (kind === 'split') return `=> ${targets.join(' and ')}`
  return `=> ${targets.join(' or ')}`
}

const describeOption = (value: StepOptions[keyof StepOptions]): string =>
  typeof value === 'object'
    ? Object.entries(value)
        .map(([key, part]) => `${key} ${part}`)
        .join(', ')
    : String(value)

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ')

function asJson({ definition, module }: CommandContext, graph: Graph): object {
  return {
    flow: definition.name,
    file: module.sourceFile,
    docstring: classDocstring(module.sourceFile, definition.name),
    parameters: [...definition.parameters].map(([name, parameter]) => ({
      name,
      kind: describeKind(parameter),
      required: parameter.options.required ?? false,
      default: typeof parameter.options.default === 'function' ? undefined : parameter.options.default,
      help: parameter.options.help,
    })),
    steps: [...graph.nodes.values()].map((node) => ({
      name: node.name,
      kind: node.kind,
      join: node.join,
      targets: node.targets,
      options: definition.steps.get(node.name)?.options ?? {},
      docstring: fieldDocstring(module.sourceFile, node.name),
      reads: [...node.reads],
      writes: [...node.writes],
    })),
  }
}
