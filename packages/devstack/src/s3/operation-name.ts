/** The operations that are served, in S3's own names. */
export const operationNames = [
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateBucket',
  'CreateMultipartUpload',
  'DeleteBucket',
  'DeleteObject',
  'DeleteObjectTagging',
  'DeleteObjects',
  'GetBucketLocation',
  'GetBucketVersioning',
  'GetObject',
  'GetObjectAttributes',
  'GetObjectTagging',
  'HeadBucket',
  'HeadObject',
  'ListBuckets',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListParts',
  'PutObject',
  'PutObjectTagging',
  'UploadPart',
  'UploadPartCopy',
] as const

/** One operation that is served. */
export type OperationName = (typeof operationNames)[number]
