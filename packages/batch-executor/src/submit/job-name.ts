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
  const clean = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  if (clean === '') throw new TypeError(`A job needs a name with a letter or a digit in it, and ${JSON.stringify(name)} has none.`)
  return `${clean.slice(0, longestName - id.length - 1).replace(/-+$/, '')}-${id}`
}

/** The front of every name that {@link jobName} makes of names that begin with `prefix`, to list them by. */
export function jobNamePrefix(prefix: string): string {
  return prefix.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '')
}
