import { globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { MillraceError } from '@millrace/core-graph'
import type { PackedFile } from './tar.ts'

/** What is not sent unless... never: it holds secrets, or is another tool's. */
const secretNames =
  /^(?:\.env(?:\..*)?|\.npmrc|\.netrc|\.git|\.ssh|\.aws|\.millrace|\.millrace-dev|id_(?:rsa|dsa|ecdsa|ed25519)|.*\.(?:pem|key|p12|pfx))$/i

/**
 * The files that `package.include` names: paths and patterns from `folder`, a folder standing for all that is in it, links followed.
 * What may hold secrets is left out of folders and patterns.
 *
 * @throws MillraceError `invalid-setting` for an entry that finds nothing, leads out of the folder, or names what may hold secrets.
 */
export function includedFiles(folder: string, include: readonly string[]): readonly PackedFile[] {
  const files = new Map<string, PackedFile>()
  const problems: string[] = []
  for (const pattern of include) {
    const before = files.size
    if (isSecret(pattern)) problems.push(`${JSON.stringify(pattern)} may hold secrets, and is never sent.`)
    else {
      const matches = globSync(pattern, { cwd: folder })
      for (const match of matches) {
        const path = resolve(folder, match)
        const name = relative(folder, path)
        if (name.startsWith('..') || resolve(name) === name) problems.push(`${JSON.stringify(pattern)} leads out of ${folder}.`)
        else addAll(path, name.split(sep).join('/'), files)
      }
      if (matches.length === 0 || (files.size === before && !problems.length && matches.every((match) => isSecret(match))))
        problems.push(`${JSON.stringify(pattern)} finds nothing in ${folder}.`)
    }
  }
  if (problems.length > 0)
    throw new MillraceError('invalid-setting', `Could not include files in the code package:\n${problems.join('\n')}`, {
      subject: 'package.include',
    })
  return [...files.values()]
}

const isSecret = (path: string): boolean => path.split(/[\\/]/).some((part) => secretNames.test(part))

function addAll(path: string, name: string, files: Map<string, PackedFile>): void {
  if (isSecret(name)) return
  const stats = statSync(path)
  if (stats.isDirectory()) {
    for (const entry of readdirSync(path)) addAll(join(path, entry), `${name}/${entry}`, files)
  } else if (stats.isFile()) files.set(name, { name, body: readFileSync(path), executable: (stats.mode & 0o100) !== 0 })
}
