import type { FlowSource, StepSource } from '../flow-source.ts'

/** What a body takes, and whether each of its paths goes on. */
export function checkBodies({ steps }: FlowSource): void {
  for (const step of steps.values()) {
    checkArguments(step)
    const last = step.name === 'end' || (step.name === 'start' && steps.size === 1 && step.paths.calls.length === 0)
    if (last) checkLast(step)
    else checkPaths(step)
  }
}

function checkArguments({ name, definition, body, report }: StepSource): void {
  const extra = body?.params[1]
  if (!extra) return
  report.add(
    'arguments',
    extra,
    definition.kind === 'join'
      ? `The join ${name} takes ${body?.params.length} arguments, and a join takes one: its inputs.`
      : `Step ${name} takes ${body?.params.length} arguments, and a step takes at most one: the item of a foreach. To take the finished branches of a split, make it a join.`,
  )
}

function checkLast({ name, definition, paths, report }: StepSource): void {
  for (const call of paths.calls)
    report.add('end-transition', call, `Step ${name} is where the flow ends, so it has nowhere to go. Remove its this.next.`)
  if (name === 'end' && definition.kind === 'join')
    report.add(
      'end-join',
      { start: 0 },
      'The step end cannot be a join. Put a join before it: gather = join((inputs) => { ...; this.next(this.end) }).',
    )
}

function checkPaths({ name, paths, report }: StepSource): void {
  const { withoutNext, calls } = paths
  if (withoutNext === 'all')
    report.add(
      'missing-next',
      { start: 0 },
      `Step ${name} does not say what comes next. End its body with this.next(this.end), or name another step.`,
    )
  else if (withoutNext === 'some')
    report.add(
      'missing-next',
      { start: 0 },
      `Step ${name} has a path that ends without this.next${calls[0] ? ', although another one calls it' : ''}. Call it on every path: in the else, in a default of the switch, after the loop, in the catch. A path may throw instead.`,
    )
}
