/** What a request is about, for the message and the fields of its error. */
export interface RequestSubject {
  /** What could not be done, so that it reads on with the URL: `read`, `write`, `list`, `delete`, `copy to`. */
  readonly action: string
  readonly bucket: string
  readonly key?: string | undefined
  /** Whether the request was to create only: then a 412 says that the object exists. */
  readonly createOnly?: boolean | undefined
}

/** `s3://bucket/key`, or the bucket's URL. */
export function subjectUrl({ bucket, key }: Pick<RequestSubject, 'bucket' | 'key'>): string {
  return key === undefined ? `s3://${bucket}` : `s3://${bucket}/${key}`
}
