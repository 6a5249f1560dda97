import type { ObjectPlace } from '../object/object-place.ts'

/** The flow run that objects belong to. Millrace's `current` is one within a step; so is any object with these two fields. */
export interface RunIdentity {
  readonly flowName: string | undefined
  readonly runId: string | undefined
}

/** Where a client's keys begin: a bucket and a prefix that ends in `/`, or the whole of S3 with full URLs for keys. */
export class Location {
  readonly #root: { readonly bucket: string; readonly prefix: string } | undefined

  /** @throws TypeError for a root that is no `s3://` URL, for a run without a root, and for `current` where nothing runs. */
  constructor({ root, run }: { readonly root?: string | undefined; readonly run?: RunIdentity | undefined }) {
    if (root === undefined) {
      if (run)
        throw new TypeError(
          'A client for a run needs a root: new S3({ run, root: "s3://bucket/prefix" }), or MILLRACE_S3_ROOT in the environment.',
        )
      return
    }
    const { bucket, key } = parseUrl(root, 'root')
    const prefix = key === '' || key.endsWith('/') ? key : `${key}/`
    this.#root = { bucket, prefix: run ? `${prefix}${segment(run.flowName, 'flowName')}/${segment(run.runId, 'runId')}/` : prefix }
  }

  /** @throws TypeError, RangeError for what cannot be the key of an object here. */
  place(key: string): ObjectPlace {
    const place = this.#resolve(key, 'key')
    if (place.key === '') throw new TypeError(`${JSON.stringify(key)} names no object: its key is empty.`)
    return place
  }

  /** A prefix ends at a `/`: `log` is `log/`, and never begins `log_other`. An empty one is everything. */
  prefix(prefix: string): { readonly bucket: string; readonly prefix: string } {
    const { bucket, key } = this.#resolve(prefix, 'prefix')
    return { bucket, prefix: key === '' || key.endsWith('/') ? key : `${key}/` }
  }

  /** What the caller calls this object: the part after the root, or the full URL. */
  name({ bucket, key }: ObjectPlace): string {
    return this.#root ? key.slice(this.#root.prefix.length) : objectUrl({ bucket, key })
  }

  /** A source of a copy may be anywhere: with a root, full URLs are full URLs here. */
  source(key: string): ObjectPlace {
    if (typeof key !== 'string' || !key.startsWith('s3://')) return this.place(key)
    const place = parseUrl(key, 'key')
    if (place.key === '') throw new TypeError(`${JSON.stringify(key)} names no object: its key is empty.`)
    return place
  }

  #resolve(key: string, what: 'key' | 'prefix'): ObjectPlace {
    if (typeof key !== 'string') throw new TypeError(`A ${what} is a string, not ${key === null ? 'null' : typeof key}.`)
    if (!this.#root) return checkKey(parseUrl(key, what))
    if (key.startsWith('s3://'))
      throw new TypeError(
        `${JSON.stringify(key)} is a full URL, and this client has a root: keys are relative to it. new S3() without one takes full URLs.`,
      )
    return checkKey({ bucket: this.#root.bucket, key: this.#root.prefix + key })
  }
}

/** `s3://bucket/key`, the key as it is. */
export function objectUrl({ bucket, key }: ObjectPlace): string {
  return `s3://${bucket}/${key}`
}

const maxKeyBytes = 1_024

function checkKey(place: ObjectPlace): ObjectPlace {
  const { key } = place
  if (!key.isWellFormed()) throw new TypeError(`${JSON.stringify(key)} has half of a surrogate pair, which UTF-8 cannot hold.`)
  // No UTF-16 unit takes more than three bytes.
  if (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes)
    throw new RangeError(
      `A key may have ${maxKeyBytes} bytes in UTF-8, and ${JSON.stringify(`${key.slice(0, 60)}…`)} has ${Buffer.byteLength(key)}.`,
    )
  return place
}

function parseUrl(url: string, what: string): ObjectPlace {
  const found = typeof url === 'string' ? /^s3:\/\/([a-z0-9][a-z0-9._-]{1,61}[a-z0-9])(?:\/(.*))?$/is.exec(url) : undefined
  const bucket = found?.[1]
  if (bucket === undefined)
    throw new TypeError(
      `${JSON.stringify(url)} cannot be a ${what}: s3://bucket/key is meant${what === 'root' ? '' : ', or a client with a root'}; a bucket's name has 3 to 63 letters, digits, ".", "-" and "_".`,
    )
  return { bucket, key: found?.[2] ?? '' }
}

function segment(text: string | undefined, what: string): string {
  if (text === undefined)
    throw new TypeError(`The run has no ${what}. Make a client for the current run in the body of a step: elsewhere nothing runs.`)
  if (typeof text !== 'string' || text === '' || text.includes('/'))
    throw new TypeError(`The run's ${what} is a word without "/", not ${JSON.stringify(text)}.`)
  return text
}
