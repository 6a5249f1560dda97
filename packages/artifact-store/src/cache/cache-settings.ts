import { homedir } from 'node:os'
import { join } from 'node:path'
import { MillraceError } from '@millrace/core-graph'

/** Where blobs of remote datastores are kept on this machine, and how many bytes of them; `undefined`: none are. */
export interface CacheSettings {
  readonly folder: string
  readonly maxBytes: number
}

const defaultMB = 2_048

/**
 * What the environment says of the cache: `MILLRACE_CACHE_DIR`, default `$XDG_CACHE_HOME/millrace/blobs` (`~/.cache`), and `MILLRACE_CACHE_MAX_MB`, default 2,048,
 * where 0 is no cache.
 *
 * @throws MillraceError `invalid-setting` for a number that is none.
 */
export function readCacheSettings(environment: NodeJS.ProcessEnv): CacheSettings | undefined {
  const limit = environment.MILLRACE_CACHE_MAX_MB || String(defaultMB)
  if (!/^\d{1,9}$/.test(limit))
    throw new MillraceError(
      'invalid-setting',
      `MILLRACE_CACHE_MAX_MB is ${JSON.stringify(limit)}, and must be a whole number of megabytes; 0 keeps nothing.`,
      { subject: 'MILLRACE_CACHE_MAX_MB' },
    )
  if (Number(limit) === 0) return undefined
  const folder =
    environment.MILLRACE_CACHE_DIR || join(environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache'), 'millrace', 'blobs')
  return { folder, maxBytes: Number(limit) * 1e6 }
}
