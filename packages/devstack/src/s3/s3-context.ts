import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'
import type { Bucket } from './storage/bucket.ts'
import type { StorageFolder } from './storage/storage-folder.ts'

/** What operations work on. */
export interface S3Context {
  readonly storage: StorageFolder
  readonly region: string
  readonly now: () => number
}

/** The bucket that a request is for. @throws S3Error NoSuchBucket. */
export function bucketOf({ storage }: S3Context, { bucket }: Pick<S3Request, 'bucket'>): Bucket {
  const found = storage.buckets.get(bucket)
  if (!found) throw new S3Error('NoSuchBucket', { details: { BucketName: bucket } })
  return found
}

/** The only account: it owns every bucket. */
export const owner: { readonly ID: string; readonly DisplayName: string } = {
  ID: '0000000000000000000000000000000000000000000000000000000000000000',
  DisplayName: 'millrace',
}
