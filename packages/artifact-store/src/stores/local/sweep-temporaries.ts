import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isTemporary } from './atomic-write.ts'

/** Removes temporary files below `folder` that were last written before `before`, and tells how many. */
export async function sweepTemporaries(
  folder: string,
  { before, signal }: { readonly before: Date; readonly signal?: AbortSignal | undefined },
): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  let removed = 0
  for (const { name, parentPath } of entries.filter((entry) => entry.isFile() && isTemporary(entry.name))) {
    signal?.throwIfAborted()
    const path = join(parentPath, name)
    const stats = await stat(path).catch(() => undefined)
    if (!stats || stats.mtimeMs >= before.getTime()) continue
    await unlink(path)
    removed += 1
  }
  return removed
}
