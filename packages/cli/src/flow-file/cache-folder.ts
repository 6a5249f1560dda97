import { accessSync, constants, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where what is made from the flow files in a folder is kept: in the nearest node_modules that can be written to; `undefined` where there is none. */
export function nearestCacheFolder(from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const modules = join(at, 'node_modules')
    if (statSync(modules, { throwIfNoEntry: false })?.isDirectory() && canWrite(modules)) return join(modules, '.cache', 'millrace')
    if (dirname(at) === at) return undefined
  }
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
