import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BatchOptions, type Devstack, startDevstack } from '@millrace/devstack'
import { afterAll, afterEach } from 'vitest'
import { TestBed } from '../run-command.ts'

/** What the tests of a file share: an S3 on this machine, which this process and all commands that it starts find by their environment. */
export interface Bucket {
  readonly stack: Devstack
  /** A folder that goes with the tests; the cache of blobs is in it. */
  readonly folder: string
  /** A datastore of its own. */
  bed(): TestBed
}

/** Starts it; it ends with the tests of the file, faults and counts with each test. */
export async function openBucket(batch: BatchOptions = {}): Promise<Bucket> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-run-s3-'))
  const stack = await startDevstack({ dir: join(folder, 'stack'), buckets: ['runs'], batch })
  Object.assign(process.env, stack.env, { MILLRACE_CACHE_DIR: join(folder, 'cache') })
  let count = 0
  afterEach(async () => {
    await stack.faults.clear()
    stack.s3.requests.reset()
  })
  afterAll(async () => {
    await stack.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    stack,
    folder,
    bed: () => {
      count += 1
      return new TestBed(`s3://runs/${count}`)
    },
  }
}
