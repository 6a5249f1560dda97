import type { ObjectPlace } from '../object/object-place.ts'
import type { WrittenObject } from '../operations/put-object.ts'
import { copyPart } from '../operations/upload/copy-part.ts'
import { maxParts, partRanges } from './part-sizes.ts'
import { assemble, inLanes, type UploadContext, type UploadRequest } from './upload-in-parts.ts'

/** An object that becomes another one. */
export interface CopyInPartsRequest extends Omit<UploadRequest, 'createOnly'> {
  readonly from: ObjectPlace
  readonly sizeBytes: number
  readonly ifMatch: string | undefined
  /** Default 256 MiB: each part is a request in which the server moves bytes. */
  readonly leastPartBytes?: number
}

const MiB = 1_048_576

/** Copies an object of any size within S3, in parts that are copied at the same time: `parts + 2` requests, no bytes come here. @throws as `uploadInParts`. */
export function copyInParts(context: UploadContext, request: CopyInPartsRequest): Promise<WrittenObject> {
  const { from, sizeBytes, ifMatch, leastPartBytes = 256 * MiB, signal, onMoved } = request
  const partBytes = Math.max(leastPartBytes, Math.ceil(sizeBytes / maxParts / MiB) * MiB)
  return assemble(context, { ...request, createOnly: false, checksums: false }, (upload) =>
    inLanes(context.lanes, partRanges(sizeBytes, partBytes), {
      signal,
      onMoved,
      send: ({ number, start, end }, partSignal) =>
        copyPart(context.send, upload, { number, from, start, end, ifMatch, signal: partSignal }),
    }),
  )
}
