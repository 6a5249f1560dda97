import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const folderName = '.millrace'

/** The nearest `.millrace` folder in `from` or above it; otherwise the one in `from`, which is not made here. An absolute path. */
export function findRoot(from: string): string {
  const start = resolve(from)
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, folderName)
    if (statSync(candidate, { throwIfNoEntry: false })?.isDirectory()) return candidate
    if (dirname(folder) === folder) return join(start, folderName)
  }
}
