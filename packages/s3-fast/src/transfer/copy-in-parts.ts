import { copyPart } from '../operations/copy-part.ts'
import type { WrittenObject } from '../operations/put-object.ts'
import type { ObjectPlace } from '../operations/s3-request.ts'
import { maxParts } from './part-sizes.ts'
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
    inLanes(context.lanes, partsOf(sizeBytes, partBytes), {
      signal,
      onMoved,
      send: ({ number, start, end }, partSignal) =>
        copyPart(context.send, upload, { number, from, start, end, ifMatch, signal: partSignal }),
    }),
  )
}

function* partsOf(
  sizeBytes: number,
  partBytes: number,
): Generator<{ readonly number: number; readonly start: number; readonly end: number; readonly sizeBytes: number }> {
  for (let start = 0, number = 1; start < sizeBytes; start += partBytes, number += 1) {
    const end = Math.min(start + partBytes, sizeBytes)
    yield { number, start, end, sizeBytes: end - start }
  }
}
