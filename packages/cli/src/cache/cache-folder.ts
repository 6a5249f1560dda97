import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where what is made from the flow files in a folder is kept: in the nearest node_modules that can be written to; `undefined` where there is none. */
export function nearestCacheFolder(from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const modules = join(at, 'node_modules')
    if (statSync(modules, { throwIfNoEntry: false })?.isDirectory() && canWrite(modules)) return join(modules, '.cache', 'millrace')
    if (dirname(at) === at) return undefined
  }
}

/**
 * A folder for what must be kept somewhere: the nearest node_modules that can be written to, else the user's own cache (`$XDG_CACHE_HOME/millrace`,
 * default `~/.cache`), else a temporary one that goes with this process.
 *
 * @throws the system's error where not even a temporary folder can be made.
 */
export function anyCacheFolder(from: string): string {
  const nearest = nearestCacheFolder(from)
  if (nearest !== undefined) return nearest
  const { homedir, tmpdir } = process.getBuiltinModule('node:os')
  const users = join(process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), '.cache'), 'millrace')
  try {
    mkdirSync(users, { recursive: true })
    if (canWrite(users)) return users
  } catch {
    // No home, or one that may only be read.
  }
  const temporary = mkdtempSync(join(tmpdir(), 'millrace-'))
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
  return temporary
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
