import { nearest } from '../../nearest.ts'
import type { FlowSource } from '../flow-source.ts'
import type { Edges } from './edges.ts'

/** That there is one way in, `start`, and one way out, `end`. */
export function checkEnds({ definition, steps, problems }: FlowSource, edges: Edges): void {
  const { name } = definition
  const suggest = (wanted: string): string => {
    const found = nearest(wanted, [...steps.keys()])
    return found === undefined ? '' : ` Did you mean ${found}?`
  }
  if (steps.size === 0)
    problems.add({ rule: 'no-steps', message: `The flow ${name} has no steps. Give it a field start = step(() => { ... }).` })
  else {
    if (!steps.has('start'))
      problems.add({
        rule: 'no-start',
        message: `The flow ${name} has no step start, where it begins. Name its first step start.${suggest('start')}`,
      })
    if (!steps.has('end') && !(steps.size === 1 && steps.has('start')))
      problems.add({
        rule: 'no-end',
        message: `The flow ${name} has no step end, where it is done. Name its last step end.${suggest('end')}`,
      })
  }
  const start = steps.get('start')
  if (!start) return
  if (start.definition.kind === 'join')
    start.report.add('start-join', { start: 0 }, 'The step start cannot be a join: nothing comes before it. Make it a step.')
  else if (start.body?.params[0] && start.body.params[0].type === 'Identifier')
    start.report.add(
      'start-item',
      start.body.params[0],
      'The step start takes an item, and no foreach leads to it. Give the flow a parameter instead: size = parameter(10).',
    )
  for (const edge of edges.toStart)
    steps
      .get(edge.from)
      ?.report.add('start-incoming', edge, `Step ${edge.from} goes back to start, and a flow begins only once. Name another step.`)
}
