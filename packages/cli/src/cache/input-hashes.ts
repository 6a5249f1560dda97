import { readFileSync } from 'node:fs'
import { contentHash } from './content-hash.ts'

/** What files held when something was made of them. `null` stands for a file that was not there: its coming into being changes what is made, too. */
export type InputHashes = readonly (readonly [path: string, sha256: string | null])[]

/** What the files hold now. */
export function hashInputs(paths: readonly string[]): InputHashes {
  return paths.map((path) => [path, hashOf(path)])
}

/** Whether every file holds what it held then. */
export function areUnchanged(inputs: InputHashes): boolean {
  return inputs.every(([path, sha256]) => hashOf(path) === sha256)
}

function hashOf(path: string): string | null {
  try {
    return contentHash(readFileSync(path))
  } catch {
    return null
  }
}
