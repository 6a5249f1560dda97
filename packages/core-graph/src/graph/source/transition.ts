import type { AnyNode, CallExpression, ObjectExpression } from 'acorn'
import { nearest } from '../../nearest.ts'
import type { StepReport } from '../problem-list.ts'
import { staticName, thisMember, unwrap } from './syntax.ts'

/** A name at a place in the source. */
export interface Named {
  readonly name: string
  readonly start: number
}

/** One `this.next(...)` whose targets the source spells out. */
export interface NextCall {
  readonly targets: readonly Named[]
  readonly foreach: boolean
  readonly start: number
}

/** Reads the arguments of a `this.next(...)`; reports what cannot be read and then returns `undefined`. */
export function readTransition(call: CallExpression, report: StepReport): NextCall | undefined {
  const last = call.arguments.at(-1)
  const options = call.arguments.length > 1 && last?.type === 'ObjectExpression' ? last : undefined
  const targets = (options ? call.arguments.slice(0, -1) : call.arguments).map((argument) => readTarget(argument, report))
  const foreach = options && readOptions(options, report)
  if (targets.length === 0)
    report.add('no-target', call, `Step ${report.step} calls this.next() without a target. Name the next step: this.next(this.end).`)
  const known = targets.filter((target) => target !== undefined)
  if (known.length !== targets.length || known.length === 0 || (options && !foreach)) return undefined
  if (foreach && known.length > 1) {
    report.add(
      'foreach-targets',
      call,
      `Step ${report.step} gives a foreach ${known.length} targets, and it takes one. Go to one step, and split there: this.next(this.${known[0]?.name}, { foreach: ... }).`,
    )
    return undefined
  }
  return { targets: known, foreach: foreach === true, start: call.start }
}

function readTarget(argument: AnyNode, report: StepReport): Named | undefined {
  const { step } = report
  const node = unwrap(argument)
  const member = thisMember(node)
  if (member?.name !== undefined && !member.name.startsWith('#')) return { name: member.name, start: node.start }
  const text = report.source.slice(node.start, node.end)
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text
  if (member?.name !== undefined)
    report.add(
      'private-target',
      node,
      `Step ${step} goes to ${shown}, and a private field cannot be a step. Make it a public field without "#".`,
    )
  else if (member)
    report.add(
      'computed-target',
      node,
      `Step ${step} computes its target, ${shown}, so the graph cannot be read before the run. Name the steps: if (...) this.next(this.a); else this.next(this.b).`,
    )
  else if (node.type === 'ConditionalExpression' || node.type === 'LogicalExpression')
    report.add(
      'conditional-target',
      node,
      `Step ${step} chooses its target inside this.next(${shown}). Choose outside it, with one this.next in each branch: if (...) this.next(this.a); else this.next(this.b).`,
    )
  else if (node.type === 'SpreadElement')
    report.add(
      'spread-target',
      node,
      `Step ${step} spreads its targets, ${shown}, so the graph cannot be read before the run. Write each one out: this.next(this.a, this.b).`,
    )
  else if (node.type === 'Identifier')
    report.add(
      'variable-target',
      node,
      `Step ${step} goes to the variable ${shown}, so the graph cannot be read before the run. Name the step itself: this.next(this.a).`,
    )
  else if (node.type === 'Literal')
    report.add('invalid-target', node, `Step ${step} goes to ${shown}, which is not a step. Write the step's field: this.next(this.a).`)
  else
    report.add(
      'invalid-target',
      node,
      `Step ${step} goes to ${shown}, which does not name a step of the flow. Write this.next(this.a), or this.next(this.a, { foreach: items }).`,
    )
  return undefined
}

function readOptions(options: ObjectExpression, report: StepReport): boolean {
  let foreach = false
  let readable = true
  for (const property of options.properties) {
    const name = property.type === 'Property' ? staticName(property.key, property.computed) : undefined
    if (name === 'foreach') foreach = true
    else {
      readable = false
      const what =
        name === undefined
          ? 'options of this.next that the source does not show'
          : `an unknown option of this.next, ${JSON.stringify(name)}`
      const meant = name !== undefined && nearest(name, ['foreach']) ? ' Did you mean "foreach"?' : ''
      report.add(
        'next-options',
        property,
        `Step ${report.step} gives ${what}.${meant} The one option there is, is written out: this.next(this.a, { foreach: items }).`,
      )
    }
  }
  if (!foreach && readable)
    report.add(
      'next-options',
      options,
      `Step ${report.step} gives this.next options without "foreach". Leave them out, or write { foreach: items }.`,
    )
  return foreach && readable
}
