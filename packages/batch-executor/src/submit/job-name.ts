import { randomBytes } from 'node:crypto'

const longestName = 128

/** An id for a job's name: 8 random hexadecimal digits. */
export function newJobId(): string {
  return randomBytes(4).toString('hex')
}

/**
 * The name of a job: `name` with everything but letters, digits, `-` and `_` turned to `-`, cut so that with `-` and `id` it has at most 128 characters, the most that AWS Batch takes.
 * A name with an id of its own can be looked up when the answer of a submission was lost.
 *
 * @throws TypeError where nothing of `name` can be used, or `id` is not 1 to 64 letters, digits or `-`.
 */
export function jobName(name: string, id: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(id))
    throw new TypeError(`The id of a job must be 1 to 64 letters, digits or "-", and ${JSON.stringify(id)} is not.`)
  const clean = cleanName(name)
  if (clean === '') throw new TypeError(`A job needs a name with a letter or a digit in it, and ${JSON.stringify(name)} has none.`)
  return `${clean.slice(0, longestName - id.length - 1).replace(/-+$/, '')}-${id}`
}

/** So much of a name is never cut away for an id. */
const longestPrefix = longestName - 64 - 1

/** The front of every name that {@link jobName} makes of names that begin with `prefix`, to list them by: of its first 63 characters. */
export function jobNamePrefix(prefix: string): string {
  return cleanName(prefix).slice(0, longestPrefix)
}

function cleanName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
}
