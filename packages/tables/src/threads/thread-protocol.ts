import { isMarkedAsUntransferable } from 'node:worker_threads'
import type { ColumnData } from '../column-data/column-data.ts'
import type { DecodedRows, DecodeJob } from '../decode/decode-job.ts'

/** A job for a thread. */
export interface JobMessage {
  readonly id: number
  readonly job: DecodeJob
}

/** What a thread answers: rows, or what was wrong with which column. */
export type AnswerMessage =
  | { readonly id: number; readonly kind: 'decoded'; readonly decoded: DecodedRows }
  | { readonly id: number; readonly kind: 'failed'; readonly column: string | undefined; readonly message: string }

/** The memory of a job's bytes and of the arrays for its values, which moves to the thread with it. */
export function jobTransfers({ columns }: DecodeJob): ArrayBuffer[] {
  return buffersOf(columns.flatMap(({ pieces, into }) => [...pieces, into]))
}

/** The memory of decoded values, which moves to whoever asked for them. */
export function answerTransfers({ columns }: DecodedRows): ArrayBuffer[] {
  return buffersOf(columns.flatMap(viewsOf))
}

function viewsOf(data: ColumnData): (ArrayBufferView | undefined)[] {
  if (data.kind === 'objects') return []
  if (data.kind === 'numbers') return [data.values, data.validity]
  const { bytes, starts, ends } = data.slices
  return [data.codes, data.validity, bytes, starts, ends]
}

/** Each once. Small ones are of Node's pool, which others use: they are copied. */
function buffersOf(views: readonly (ArrayBufferView | undefined)[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const view of views) if (view?.buffer instanceof ArrayBuffer && !isMarkedAsUntransferable(view.buffer)) buffers.add(view.buffer)
  return [...buffers]
}
