import { nearest } from '../../nearest.ts'
import type { FlowSource, StepSource } from '../flow-source.ts'
import type { NextCall } from '../source/transition.ts'

/** What each `this.next` goes to. */
export function checkTargets(flow: FlowSource): void {
  for (const step of flow.steps.values()) {
    for (const call of step.paths.calls) {
      checkNamed(flow, step, call)
      checkJoins(flow, step, call)
      checkItems(flow, step, call)
    }
    checkSwitch(flow, step)
  }
}

function checkNamed({ definition, steps, members }: FlowSource, { name, report }: StepSource, { targets }: NextCall): void {
  const seen = new Set<string>()
  for (const target of targets) {
    if (seen.has(target.name))
      report.add(
        'same-target',
        target,
        `Step ${name} names ${target.name} twice in one this.next. Name it once, or use a foreach to run it several times.`,
      )
    seen.add(target.name)
    if (steps.has(target.name)) continue
    const found = nearest(target.name, [...steps.keys()])
    const suggestion = found === undefined ? `The steps are ${[...steps.keys()].join(', ')}.` : `Did you mean this.${found}?`
    const what = definition.parameters.has(target.name)
      ? 'a parameter, not a step'
      : definition.initialised.has(target.name)
        ? 'an artifact, not a step'
        : members.has(target.name)
          ? 'a method, not a step'
          : undefined
    report.add(
      what ? 'not-a-step' : 'unknown-step',
      target,
      what
        ? `Step ${name} goes to this.${target.name}, which is ${what}. ${suggestion}`
        : `Step ${name} goes to ${target.name}, and the flow has no such step. ${suggestion}`,
    )
  }
}

function checkJoins({ steps }: FlowSource, { name, report }: StepSource, { targets, foreach }: NextCall): void {
  if (!foreach && targets.length < 2) return
  for (const target of targets) {
    if (steps.get(target.name)?.definition.kind !== 'join') continue
    report.add(
      foreach ? 'foreach-into-join' : 'split-into-join',
      target,
      foreach
        ? `Step ${name} fans out straight into the join ${target.name}, so nothing is done for each item. Put a step between them.`
        : `Step ${name} splits straight into the join ${target.name}, so that branch has no step of its own. Put a step between them, or leave the branch out.`,
    )
  }
}

function checkItems({ steps }: FlowSource, { name, report }: StepSource, { targets, foreach }: NextCall): void {
  if (foreach) return
  for (const target of targets) {
    const step = steps.get(target.name)
    if (step?.definition.kind !== 'step' || step.body?.params[0]?.type !== 'Identifier') continue
    report.add(
      'item-without-foreach',
      target,
      `Step ${name} goes to ${target.name}, which takes an item, without a foreach. Write this.next(this.${target.name}, { foreach: items }), or let ${target.name} take nothing.`,
    )
  }
}

function checkSwitch({ graph }: FlowSource, { name, report, paths }: StepSource): void {
  const node = graph.nodes.get(name)
  if (node?.kind === 'linear' && node.targets[0] === name && paths.calls[0] && name !== 'end')
    report.add(
      'endless-loop',
      paths.calls[0],
      `Step ${name} always goes to itself, so the flow would never end. Choose with an if, and name another step too.`,
    )
  if (node?.kind !== 'switch') return
  for (const call of paths.calls) {
    if (!call.foreach && call.targets.length < 2) continue
    report.add(
      'switch-alternative',
      call,
      `Step ${name} chooses between several transitions, and one of them ${call.foreach ? 'is a foreach' : 'splits'}. Go to one plain step in each branch, and ${call.foreach ? 'fan out' : 'split'} there.`,
    )
  }
}
