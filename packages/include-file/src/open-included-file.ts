import { resolve } from 'node:path'
import { FileContent, type FileRequest } from '@millrace/core-graph'
import { checkText } from './check-text.ts'
import { identify, readPieces } from './read-pieces.ts'
import { refuser } from './refusal.ts'

/**
 * Finds a file that a parameter names and makes sure that it can be read: text with `'utf8'`, bytes with `null`.
 *
 * Text is read once here, so that what is wrong with it is told before anything runs. Of a pipe, which can be read only once, that is found when it is stored.
 *
 * @throws MillraceError `invalid-parameter` that says where the file was looked for and why it cannot be included.
 */
export async function openIncludedFile({ path, from }: FileRequest, encoding: 'utf8' | null): Promise<FileContent> {
  const refuse = refuser(path)
  if (path === '') throw refuse('the path is empty', 'Give the path of a file.')
  if (path.includes('\0')) throw refuse('the path holds a NUL character', 'Check the path.')
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1]?.toLowerCase()
  if (scheme !== undefined)
    throw refuse(
      `it is ${scheme === 's3' ? 'an S3 address' : `a ${scheme} address`}, and only local files can be included`,
      scheme === 's3' ? 'Take the address as parameter.string() and read it in a step.' : 'Download it first, or read it in a step.',
    )
  const place = resolve(from, path)
  const identity = await identify(place, refuse)
  const source = { place, identity, refuse }
  if (encoding === 'utf8' && identity) for await (const _ of checkText(readPieces(source), refuse));
  return new FileContent({
    path: place,
    encoding,
    sizeBytes: identity && Number(identity.sizeBytes),
    open: (signal) => {
      const pieces = readPieces({ ...source, signal })
      return encoding === 'utf8' && !identity ? checkText(pieces, refuse) : pieces
    },
  })
}
