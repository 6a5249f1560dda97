import type { Answer } from './answer/answer.ts'
import { createBucket, deleteBucket, getBucketLocation, getBucketVersioning, headBucket, listBuckets } from './operations/buckets.ts'
import { copyObject, uploadPartCopy } from './operations/copy/copy-object.ts'
import { deleteObject, deleteObjects } from './operations/delete-objects.ts'
import { getObject } from './operations/get-object.ts'
import { getObjectAttributes } from './operations/get-object-attributes.ts'
import { listObjects, listObjectsV2 } from './operations/list-objects.ts'
import { putObject } from './operations/put-object.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './operations/tagging.ts'
import { completeMultipartUpload } from './operations/upload/complete-upload.ts'
import { listMultipartUploads, listParts } from './operations/upload/list-uploads.ts'
import { uploadPart } from './operations/upload/upload-part.ts'
import { abortMultipartUpload, createMultipartUpload } from './operations/upload/uploads.ts'
import type { OperationName } from './route/operation-name.ts'
import type { S3Context } from './s3-context.ts'
import type { S3Request } from './s3-request.ts'

/** What does an operation. @throws S3Error, SignatureError. */
export type Operation = (context: S3Context, request: S3Request) => Answer | Promise<Answer>

/** What does each operation. */
export const operations: Readonly<Record<OperationName, Operation>> = {
  AbortMultipartUpload: abortMultipartUpload,
  CompleteMultipartUpload: completeMultipartUpload,
  CopyObject: copyObject,
  CreateBucket: createBucket,
  CreateMultipartUpload: createMultipartUpload,
  DeleteBucket: deleteBucket,
  DeleteObject: deleteObject,
  DeleteObjectTagging: deleteObjectTagging,
  DeleteObjects: deleteObjects,
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  GetObject: getObject,
  GetObjectAttributes: getObjectAttributes,
  GetObjectTagging: getObjectTagging,
  HeadBucket: headBucket,
  HeadObject: getObject,
  ListBuckets: listBuckets,
  ListMultipartUploads: listMultipartUploads,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListParts: listParts,
  PutObject: putObject,
  PutObjectTagging: putObjectTagging,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
}
