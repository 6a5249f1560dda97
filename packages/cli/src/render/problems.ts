import type { Problem } from '@millrace/core-graph'
import type { FlowModule } from '@millrace/runtime'
import type { ParameterProblem } from '../parameters/check-parameters.ts'
import { FlowSource } from '../source/flow-source.ts'
import { formatExcerpt, formatPosition, shortPath } from '../source/source-excerpt.ts'
import type { Position } from '../source/stack-frames.ts'

/** Every problem as `flow.ts:12:5: message`, with its line of the source and a caret under the place. */
export function formatProblems(module: FlowModule, graph: readonly Problem[], parameters: readonly ParameterProblem[]): string {
  const source = new FlowSource(module)
  const lines = [
    ...parameters.map(({ parameter, message }) => formatOne(module, source.locateField(parameter), message)),
    ...graph.map(({ step, message, ...where }) => {
      const position = where.source === undefined ? step && source.locateField(step) : source.locate(where.source, where.offset ?? 0, step)
      return formatOne(module, position || undefined, message)
    }),
  ]
  return lines.join('\n')
}

function formatOne({ sourceFile }: FlowModule, position: Position | undefined, message: string): string {
  const place = position ? formatPosition(position) : shortPath(sourceFile)
  const excerpt = position ? formatExcerpt(position) : ''
  return `${place}: ${message}${excerpt ? `\n${excerpt}` : ''}`
}
