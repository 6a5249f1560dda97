import { enumerate } from './enumerate.ts'
import { nearest } from './nearest.ts'

/** The sentence that follows one about a name that is not there: `Did you mean fit?` where one is near, else `There are start, fit.`; `kind` is what the names are, such as `step`: `There are the steps start, fit.` */
export function insteadOf(name: string, known: Iterable<string>, kind?: string): string {
  const all = [...known]
  const near = nearest(name, all)
  if (near !== undefined) return `Did you mean ${kind === undefined ? '' : `the ${kind} `}${near}?`
  if (all.length > 0) return `There are ${kind === undefined ? '' : `the ${kind}s `}${enumerate(all)}.`
  return kind === undefined ? 'There are none.' : `There is no ${kind} yet.`
}
