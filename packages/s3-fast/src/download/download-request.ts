import type { PartLanes } from '../concurrency/part-lanes.ts'
import type { ObjectHead } from '../object/object-head.ts'
import type { ObjectPlace } from '../object/object-place.ts'
import type { Send } from '../send/s3-request.ts'

/** What every download of a client shares. */
export interface DownloadContext {
  readonly send: Send
  readonly lanes: PartLanes
}

/** What to read, and where to put it. */
export interface DownloadRequest extends ObjectPlace {
  /** The `range` header. Default: the whole object. */
  readonly range?: string | undefined
  /** Read only while the object has this ETag. */
  readonly ifMatch?: string | undefined
  /** Whether checksums that the server sends are compared. The length always is. */
  readonly verify: boolean
  /** Called when the size is known, and again when the body must be read again: the path of a new file for the body, or `undefined` for memory. */
  readonly place: (sizeBytes: number) => string | undefined
  /** Memory for a large body that goes to memory, where it fits. */
  readonly into?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
  /** Told of each piece that was written, for bodies that do not come in one. */
  readonly onMoved?: ((sizeBytes: number, totalBytes: number) => void) | undefined
}

/** A body that has arrived, complete and checked: in memory or in a file. */
export interface Download {
  readonly head: ObjectHead
  readonly sizeBytes: number
  readonly body: Buffer | undefined
  readonly path: string | undefined
}
