import { type FlowDefinition, formatPathspec, insteadOf, MillraceError, type Pathspec, parsePathspec } from '@millrace/core-graph'

/** A place in a run of the command's flow. */
export type Place = Pathspec & { readonly run: string }

/**
 * Reads `5`, `5/fit`, `5/fit/3`, `5/fit/3/model`, or the same with the flow's name in front.
 *
 * @throws MillraceError `invalid-pathspec` for one of another flow, or of no run; `not-found` for a step that the flow does not have.
 */
export function readPlace({ name, steps }: FlowDefinition, text: string): Place {
  const { flow, run, step, ...rest } = parsePathspec(text, { flow: name })
  const refuse = (why: string): MillraceError => new MillraceError('invalid-pathspec', `Could not look up ${text}${why}`, { subject: text })
  if (flow !== name) throw refuse(` here: it belongs to the flow ${flow}, and this file's flow is ${name}.`)
  if (run === undefined) throw refuse(`: it names no run. Write ${text}/RUN, with a number that "runs" lists.`)
  if (step === undefined) return { flow, run }
  if (!steps.has(step)) throw notFound({ flow, run, step }, insteadOf(step, steps.keys(), 'step'))
  return { flow, run, step, ...rest }
}

/** The error for a place that there is nothing at; `hint` says what there is. */
export function notFound(place: Pathspec, hint: string): MillraceError {
  const text = formatPathspec(place)
  return new MillraceError('not-found', `Could not find ${text}. ${hint}`, { subject: text })
}
