import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type FileRequest, MillraceError } from '@millrace/core-graph'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than Node reads into one value',
}

/**
 * Reads a file that a parameter names: text with `'utf8'`, bytes with `null`.
 *
 * @throws MillraceError `invalid-parameter` that says where the file was looked for and why it could not be read.
 */
export async function readIncludedFile({ path, from }: FileRequest, encoding: 'utf8' | null): Promise<string | Uint8Array> {
  const refuse = (why: string, next: string, cause?: unknown): MillraceError =>
    new MillraceError('invalid-parameter', `Could not include the file ${JSON.stringify(path)}: ${why}. ${next}`, {
      subject: path,
      ...(cause === undefined ? {} : { cause }),
    })
  if (path === '') throw refuse('the path is empty', 'Give the path of a file.')
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1]?.toLowerCase()
  if (scheme !== undefined)
    throw refuse(
      `it is ${scheme === 's3' ? 'an S3 address' : `a ${scheme} address`}, and only local files can be included`,
      scheme === 's3' ? 'Take the address as parameter.string() and read it in a step.' : 'Download it first, or read it in a step.',
    )
  const place = resolve(from, path)
  const bytes = await readFile(place).catch((cause: NodeJS.ErrnoException) => {
    throw refuse(`${reasons[cause.code ?? ''] ?? cause.message} (looked for at ${place})`, 'Check the path.', cause)
  })
  // A plain Uint8Array over its own memory: a Buffer may share a pool with others.
  if (encoding === null) return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw refuse('it is not text in UTF-8', 'Use includeFile({ encoding: null }) to take its bytes.', cause)
  }
}
