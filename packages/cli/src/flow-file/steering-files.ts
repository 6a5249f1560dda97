import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The files beside the sources that steer what a bundle becomes: each folder's nearest tsconfig.json, there or not, and what it extends by a relative path. */
export function steeringFiles(sources: readonly string[]): readonly string[] {
  const found = new Set<string>()
  const folders = new Set<string>()
  const visit = (folder: string): void => {
    if (folders.has(folder)) return
    folders.add(folder)
    if (!addConfig(join(folder, 'tsconfig.json'), found) && dirname(folder) !== folder) visit(dirname(folder))
  }
  for (const source of sources) visit(dirname(source))
  return [...found]
}

function addConfig(path: string, found: Set<string>): boolean {
  if (found.has(path)) return true
  found.add(path)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return false
  }
  for (const [, quoted = ''] of text.matchAll(/"(\.\.?\/[^"]*)"/g))
    if (quoted.includes('tsconfig') || quoted.endsWith('.json')) addConfig(resolve(dirname(path), quoted), found)
  return true
}
