import { type Dirent, readdirSync, statSync } from 'node:fs'
import type { ObjectEntry } from '@millrace/core-graph'
import { compareUtf8 } from '../utf8-order.ts'
import { isTemporary } from './atomic-write.ts'

/** What {@link listFolder} lists, and what it leaves out. */
export interface ListFolderOptions {
  /** Where the listed keys are: `''`, or text that ends in `/`. */
  readonly front: string
  /** Folders become `prefix` entries instead of being gone into. */
  readonly shallow: boolean
  readonly startAfter: string
  readonly signal?: AbortSignal | undefined
}

/** The objects in a folder as keys, in the order of their UTF-8 bytes; reads a folder only when it is its turn. */
export function* listFolder(root: string, options: ListFolderOptions): Generator<ObjectEntry> {
  const { front, shallow, startAfter, signal } = options
  signal?.throwIfAborted()
  // A folder sorts where its first key does: with its slash.
  const children = entriesOf(`${root}/${front}`)
    .filter((child) => !isTemporary(child.name) && (child.isDirectory() || child.isFile()))
    .map((child) => ({ key: child.isDirectory() ? `${front}${child.name}/` : front + child.name, isFolder: child.isDirectory() }))
    .sort((left, right) => compareUtf8(left.key, right.key))
  for (const { key, isFolder } of children) {
    const isAfter = compareUtf8(key, startAfter) > 0
    if (!isFolder) {
      const stats = isAfter ? statSync(`${root}/${key}`, { throwIfNoEntry: false }) : undefined
      if (stats) yield { key, kind: 'object', sizeBytes: stats.size, modifiedAt: stats.mtime }
    } else if (!shallow) {
      if (isAfter || startAfter.startsWith(key)) yield* listFolder(root, { ...options, front: key })
    } else if (isAfter) yield { key, kind: 'prefix' }
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
