import { randomBytes } from 'node:crypto'
import { renameSync, rmSync } from 'node:fs'
import type { ClientContext } from '../call/client-context.ts'
import type { Download } from '../download/download-request.ts'
import { MemoryBudget } from './memory-budget.ts'

/** Where bodies go: to memory as long as the budget lasts, to temporary files, or to a given path. */
export type Destination = MemoryBudget | 'temporary-file' | { readonly path: string }

/** Of this thread alone: random bytes for every file would take longer than writing a small one. */
const threadMark: string = randomBytes(6).toString('hex')
let partCount = 0

/** Where a file grows until it is complete: beside its place, under a name that nobody else uses. */
function partPath(path: string): string {
  partCount += 1
  return `${path}.${threadMark}-${partCount}.part`
}

/** Where a body of this size is to be written; `undefined` for memory. */
export function bodyPath(
  { folder }: ClientContext,
  { destination, key, sizeBytes }: { readonly destination: Destination; readonly key: string; readonly sizeBytes: number },
): string | undefined {
  if (destination === 'temporary-file') return folder.newPath(key)
  if (!(destination instanceof MemoryBudget)) return partPath(destination.path)
  return destination.take(sizeBytes) ? undefined : folder.newPath(key)
}

/** Where a body that is complete is to be found; one that was for a given path is now there. @throws the system's error. */
export function settledPath(destination: Destination, { path }: Download): string | undefined {
  return typeof destination === 'object' && 'path' in destination ? moveInto(destination.path, path) : path
}

function moveInto(path: string, temporaryPath = ''): string {
  try {
    renameSync(temporaryPath, path)
  } catch (error) {
    rmSync(temporaryPath, { force: true })
    throw error
  }
  return path
}
