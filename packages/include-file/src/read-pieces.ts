import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Refuse } from './refusal.ts'

const pieceBytes = 1024 * 1024

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
}

/** What tells whether a file is still the one that it was. */
export interface FileIdentity {
  readonly sizeBytes: bigint
  readonly device: bigint
  readonly inode: bigint
  readonly modifiedNs: bigint
}

/** A file to read. */
export interface FileSource {
  /** An absolute path. */
  readonly place: string
  /** What it was when it was found; `undefined` for a pipe or a device. */
  readonly identity: FileIdentity | undefined
  readonly refuse: Refuse
  readonly signal?: AbortSignal | undefined
}

/** Makes sure that there is a file that can be read. `undefined` for a pipe or a device, whose content comes once. @throws MillraceError `invalid-parameter`. */
export async function identify(place: string, refuse: Refuse): Promise<FileIdentity | undefined> {
  const kind = await stat(place).catch((cause) => fail(place, refuse, cause))
  if (kind.isDirectory()) throw refuse(`it is a folder (looked for at ${place})`, 'Give the path of a file.')
  // To open a pipe is to wait for its writer.
  if (!kind.isFile()) return undefined
  await using file = await open(place).catch((cause) => fail(place, refuse, cause))
  return identityOf(file)
}

/**
 * A file's bytes in order, in pieces that are written over when the next one is asked for.
 *
 * @throws MillraceError `invalid-parameter` for a file that has vanished or changed since it was identified, or changes while it is read.
 */
export async function* readPieces({ place, identity, refuse, signal }: FileSource): AsyncGenerator<Uint8Array> {
  const changed = (why: string, cause?: unknown): Error =>
    refuse(`${why} (read from ${place})`, 'Start the run again when nothing writes to it, or give a copy.', cause)
  await using file = await open(place).catch((cause: NodeJS.ErrnoException) => {
    if (identity && cause.code === 'ENOENT') throw changed('it has vanished since the command started', cause)
    return fail(place, refuse, cause)
  })
  if (identity && !isSame(identity, await identityOf(file))) throw changed('it has changed since the command started')
  const piece = new Uint8Array(pieceBytes)
  let sizeBytes = 0n
  while (true) {
    signal?.throwIfAborted()
    const { bytesRead } = await file.read(piece, 0, pieceBytes, null).catch((cause) => fail(place, refuse, cause))
    if (bytesRead === 0) break
    sizeBytes += BigInt(bytesRead)
    if (identity && sizeBytes > identity.sizeBytes) break
    yield piece.subarray(0, bytesRead)
  }
  if (identity && !(sizeBytes === identity.sizeBytes && isSame(identity, await identityOf(file))))
    throw changed('it changed while it was read')
}

async function identityOf(file: FileHandle): Promise<FileIdentity> {
  const { size, dev, ino, mtimeNs } = await file.stat({ bigint: true })
  return { sizeBytes: size, device: dev, inode: ino, modifiedNs: mtimeNs }
}

function isSame(before: FileIdentity, now: FileIdentity): boolean {
  return (Object.keys(before) as (keyof FileIdentity)[]).every((field) => before[field] === now[field])
}

function fail(place: string, refuse: Refuse, cause: NodeJS.ErrnoException): never {
  throw refuse(`${reasons[cause.code ?? ''] ?? cause.message} (looked for at ${place})`, 'Check the path.', cause)
}
