const form = /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/
const address = /^\d+\.\d+\.\d+\.\d+$/

/** Whether a bucket may have this name (S3's rules): such a name is also safe as that of a folder. */
export function isBucketName(name: string): boolean {
  return form.test(name) && !name.includes('..') && !name.includes('.-') && !name.includes('-.') && !address.test(name)
}
