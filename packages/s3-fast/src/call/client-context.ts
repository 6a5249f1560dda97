import type { PartLanes } from '../concurrency/part-lanes.ts'
import type { TemporaryFolder } from '../read/temporary-folder.ts'
import type { Send } from '../send/s3-request.ts'
import type { Location } from './location.ts'

/** What the parts of one client share. */
export interface ClientContext {
  readonly send: Send
  readonly location: Location
  readonly folder: TemporaryFolder
  /** Of large bodies that are read. */
  readonly lanes: PartLanes
  /** Of large bodies that are written. */
  readonly writeLanes: PartLanes
  /** How many bytes of bodies a call that reads many keeps in memory. */
  readonly memoryBytes: number
  /** How many objects should be under way at once, at this moment. */
  readonly width: () => number
}
