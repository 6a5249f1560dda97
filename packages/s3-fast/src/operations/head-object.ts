import type { HttpResponse } from '../http/http-client-seam.ts'
import { ObjectHead } from '../object/object-head.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import type { Send } from '../send/s3-request.ts'

/** HeadObject: what is known of an object without its body. One request. @throws S3Error not-found, bucket-not-found, forbidden, ... */
export function headObject(
  send: Send,
  { bucket, key, signal }: ObjectPlace & { readonly signal?: AbortSignal | undefined },
): Promise<ObjectHead> {
  return send({ method: 'HEAD', action: 'look up', bucket, key, signal, read: toHead })
}

function toHead(response: HttpResponse): ObjectHead {
  return new ObjectHead(response)
}
