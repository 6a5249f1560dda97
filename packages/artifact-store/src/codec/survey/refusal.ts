import { MillraceError } from '@millrace/core-graph'

/** A step on the way to the place in an artifact that cannot be stored. */
export type PathSegment = string | number | { readonly part: string }

const identifier = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u

/** The way to a place as an expression, `model.layers[3].activation`; the middle of a very long one is left out. */
function formatPath(name: string, segments: readonly PathSegment[]): string {
  const shown: readonly PathSegment[] =
    segments.length <= 24
      ? segments
      : [...segments.slice(0, 12), { part: ` ... (${segments.length - 24} levels) ... ` }, ...segments.slice(-12)]
  return name + shown.map(formatSegment).join('')
}

function formatSegment(segment: PathSegment): string {
  if (typeof segment === 'number') return `[${segment}]`
  if (typeof segment === 'object') return segment.part
  return identifier.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`
}

/** The error that names an artifact, the place in it, what is wrong there, and what to do. */
export function refusal(name: string, segments: readonly PathSegment[], problem: string, advice: string): MillraceError {
  return new MillraceError(
    'unserializable-artifact',
    `Could not store the artifact ${name}: ${formatPath(name, segments)} ${problem}. ${advice}`,
    {
      subject: name,
    },
  )
}
