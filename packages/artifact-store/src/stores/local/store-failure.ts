import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { MillraceError } from '@millrace/core-graph'

interface Attempt {
  /** What was tried: `store`, `read`, `list`, `delete`. */
  readonly action: string
  readonly key: string
  readonly folder: string
}

/** The error of a failed system call as one that says what it means for the key; any other error as it is. */
export function storeFailure(error: unknown, { action, key, folder }: Attempt): unknown {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return error
  const what = `Could not ${action} ${JSON.stringify(key)} in the datastore ${folder}`
  const options = { subject: key, cause: error }
  if ((code === 'ENOTDIR' || code === 'EISDIR') && !canBeFolder(folder))
    return new MillraceError(
      'not-writable',
      `${what}: ${JSON.stringify(folder)} is a file, or leads through one (${code}). Name a folder with --datastore-root.`,
      options,
    )
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new MillraceError('disk-full', `${what}: the disk is full (${code}). Free some space, then resume the run.`, options)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new MillraceError(
        action === 'read' || action === 'list' ? 'store-failed' : 'not-writable',
        `${what}: ${code === 'EROFS' ? 'its file system is read-only' : `this user may not (${code})`}. Choose another folder with --datastore-root, or change its permissions.`,
        options,
      )
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENOTEMPTY':
      return new MillraceError(
        'store-failed',
        `${what}: a folder and a file would need the same name (${code}), because one key is a front part of another. Use another key.`,
        options,
      )
    case 'EMFILE':
    case 'ENFILE':
      return new MillraceError('store-failed', `${what}: too many files are open (${code}). Raise the limit with "ulimit -n".`, {
        ...options,
        retryable: true,
      })
    default:
      return new MillraceError('store-failed', `${what}: ${(error as Error).message}.`, options)
  }
}

/** Whether a folder is there, or could be made: what exists of its path is a folder. */
function canBeFolder(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    const stats = statSync(at, { throwIfNoEntry: false })
    if (stats) return stats.isDirectory()
    if (dirname(at) === at) return true
  }
}
