import type { Send } from '../../send/s3-request.ts'
import type { Upload } from './create-upload.ts'

/** AbortMultipartUpload: one request; frees what the parts take. @throws S3Error not-found where the upload is gone already. */
export function abortUpload(send: Send, { bucket, key, uploadId }: Upload, signal?: AbortSignal): Promise<void> {
  return send({
    method: 'DELETE',
    action: 'abort an upload to',
    bucket,
    key,
    query: [['uploadId', uploadId]],
    signal,
    read: () => undefined,
  })
}
