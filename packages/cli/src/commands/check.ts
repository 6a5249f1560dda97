import { checkFlow } from '@millrace/core-graph/graph'
import { exitCode } from '../exit-code.ts'
import { checkParameters } from '../parameters/check-parameters.ts'
import { formatProblems } from '../render/problems.ts'
import { formatPlural } from '../render/quantity.ts'
import { shortPath } from '../source/source-excerpt.ts'
import type { Command } from './command.ts'

/** Finds what is wrong with a flow before anything runs. */
export const check: Command = {
  name: 'check',
  usage: 'check',
  summary: 'Find what is wrong with the flow; nothing of it runs',
  options: [],
  takesParameters: false,
  positionals: { least: 0, most: 0 },
  outlivesReader: false,
  async run({ definition, module, output }) {
    const { problems } = checkFlow(definition)
    const parameters = checkParameters(definition)
    const count = problems.length + parameters.length
    if (count === 0) {
      output.note(`${definition.name} is valid: ${formatPlural(definition.steps.size, 'step')}.`)
      return exitCode.done
    }
    output.error(formatProblems(module, problems, parameters))
    output.note(`${formatPlural(count, 'problem')} in ${shortPath(module.sourceFile)}.`)
    return exitCode.wrongUsage
  },
}
