import type { Graph } from '@millrace/core-graph'
import type { CommandContext } from '../commands/command.ts'
import { checkOnce } from '../flow-file/known-graph.ts'
import { checkParameters } from '../parameters/check-parameters.ts'
import { formatProblems } from '../render/problems.ts'

/** The flow's graph, or `undefined` where something is wrong with the flow, which is then told. */
export async function checkedGraph({ definition, module, output }: CommandContext): Promise<Graph | undefined> {
  const { graph, problems } = await checkOnce(definition, module.sourceFile)
  const parameterProblems = checkParameters(definition)
  if (problems.length + parameterProblems.length === 0) return graph
  output.error(formatProblems(module, problems, parameterProblems))
  return undefined
}
