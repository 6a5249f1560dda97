import { MillraceError } from './errors.ts'

/** A place in what was run: a flow, a run, a step, a task, an attempt's artifact. Every part is checked. */
export interface Pathspec {
  readonly flow: string
  readonly run?: string
  readonly step?: string
  readonly task?: string
  readonly artifact?: string
}

const flowName = /^[A-Za-z_$][\w$]{0,127}$/
const stepName = /^[a-z][A-Za-z0-9_]{0,127}$/
const number = /^[1-9][0-9]{0,15}$/
const parts = ['flow', 'run', 'step', 'task', 'artifact'] as const
const patterns = { flow: flowName, run: number, step: stepName, task: number, artifact: /^[\p{ID_Start}_$][\p{ID_Continue}$]{0,255}$/u }
const shapes = {
  flow: 'a class name',
  run: 'a run number such as 3',
  step: 'a step name such as start',
  task: 'a task number such as 7',
  artifact: 'an artifact name',
}

/** Whether `name` can name a step: `/^[a-z][A-Za-z0-9_]*$/`, at most 128 characters. */
export const isStepName = (name: string): boolean => stepName.test(name)

/** Whether `name` can name a flow: an identifier of ASCII letters, digits, `_` and `$`, at most 128 characters. */
export const isFlowName = (name: string): boolean => flowName.test(name)

/**
 * Reads `Flow/run/step/task/artifact`, or a front part of it. With `options.flow`, text that starts with a run number is completed with it (`3/compute`).
 *
 * Nothing that passes can leave the datastore's folder: no part may hold `/`, `\`, `..` or a control character.
 *
 * @throws MillraceError `invalid-pathspec` that names the part that is wrong.
 */
export function parsePathspec(text: string, options: { readonly flow?: string } = {}): Pathspec {
  const segments = text.split('/')
  if (options.flow !== undefined && number.test(segments[0] ?? '')) segments.unshift(options.flow)
  const refuse = (why: string): never => {
    throw new MillraceError(
      'invalid-pathspec',
      `Could not read the pathspec ${JSON.stringify(text)}: ${why}. Write Flow/run/step/task, for example Squares/3/compute/7, or a front part of it.`,
      { subject: text },
    )
  }
  if (segments.length > parts.length) refuse(`it has ${segments.length} parts, and at most ${parts.length} have a meaning`)
  const result: Record<string, string> = {}
  for (const [position, segment] of segments.entries()) {
    const part = parts[position] as (typeof parts)[number]
    if (!patterns[part].test(segment)) refuse(`${JSON.stringify(segment)} is not ${shapes[part]}`)
    result[part] = segment
  }
  return result as unknown as Pathspec
}

/** The inverse of {@link parsePathspec}: `Squares/3/compute/7`. */
export function formatPathspec(pathspec: Pathspec): string {
  return parts.flatMap((part) => pathspec[part] ?? []).join('/')
}
