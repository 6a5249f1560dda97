import type { ClientContext } from '../call/client-context.ts'
import { runInParallel } from '../concurrency/run-in-parallel.ts'
import { abortUpload } from '../operations/upload/abort-upload.ts'
import { listUploads } from '../operations/upload/list-uploads.ts'

/** Removes the uploads below a prefix that were begun before `olderThan` and never ended, several at once. Gives their number. */
export async function abortUploads(
  { send, location, width }: ClientContext,
  prefix: string,
  { olderThan, signal }: { readonly olderThan: Date; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  const { bucket, prefix: start } = location.prefix(prefix)
  let count = 0
  await runInParallel(
    listUploads(send, { bucket, prefix: start, signal }),
    (workSignal) => async (upload) => {
      if (upload.initiatedAt >= olderThan) return
      await abortUpload(send, upload, workSignal)
      count += 1
    },
    { width, signal },
  )
  return count
}
