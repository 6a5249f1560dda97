import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { isTemporary } from '../stores/local/atomic-write.ts'
import { windowed } from '../windowed.ts'

/** A temporary file is that of a write that was killed when it is this old. */
const abandonedMs = 3_600_000
/** Trimmed to this part of the limit, so that it need not be done again at once. */
const target = 0.9

/** Deletes the files of a folder that were used least recently, until it is within `maxBytes`, and what killed writes have left. Goes two levels deep. */
export async function trimFolder(folder: string, maxBytes: number): Promise<void> {
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const files: { path: string; sizeBytes: number; usedAtMs: number }[] = []
  const now = Date.now()
  for await (const file of windowed(paths, 16, async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    const stats = await stat(path).catch(() => undefined)
    if (stats && isTemporary(name)) {
      if (now - stats.mtimeMs > abandonedMs) await unlink(path).catch(() => {})
      return undefined
    }
    return stats && { path, sizeBytes: stats.size, usedAtMs: stats.mtimeMs }
  }))
    if (file) files.push(file)
  let total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (total <= maxBytes) return
  for (const { path, sizeBytes } of files.sort((left, right) => left.usedAtMs - right.usedAtMs)) {
    if (total <= maxBytes * target) return
    await unlink(path).catch(() => {})
    total -= sizeBytes
  }
}
