import { checkKey } from '../stores/check-key.ts'

/** `s3://bucket/prefix` without slashes at its end. No I/O. @throws RangeError for a root that names no bucket, or a prefix that no key can begin with. */
export function s3Root(root: string): string {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/*$/.exec(root) ?? []
  const refuse = (why: string): RangeError => new RangeError(`Could not open the datastore ${root}: ${why}. Write s3://bucket/prefix.`)
  if (bucket === undefined) throw refuse('it names no bucket of S3, which has 3 to 63 lower-case letters, digits, dots and dashes')
  if (prefix === '') return `s3://${bucket}`
  try {
    checkKey(prefix)
  } catch (error) {
    throw refuse((error as Error).message.replace(/^.*?: /, '').replace(/\.$/, ''))
  }
  return `s3://${bucket}/${prefix}`
}
