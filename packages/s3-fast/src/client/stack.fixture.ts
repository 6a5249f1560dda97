import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Devstack, startDevstack } from '@millrace/devstack'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { S3Error } from '../errors/s3-error.ts'
import { S3 } from './s3.ts'
import type { S3Options } from './s3-options.ts'

/** One devstack for the tests of a file, with the bucket `bucket`; faults and counts end with each test. */
export function sharedStack(): { readonly stack: Devstack; readonly folder: string; client(options?: S3Options): S3 } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-s3-fast-'))
  let stack: Devstack | undefined
  const clients: S3[] = []
  const need = (): Devstack => {
    if (!stack) throw new Error('The devstack is started before the first test.')
    return stack
  }
  beforeAll(async () => {
    stack = await startDevstack({ dir: join(folder, 'stack'), buckets: ['bucket', 'other-bucket'] })
  })
  afterEach(async () => {
    await need().faults.clear()
    need().s3.requests.reset()
    for (const client of clients.splice(0)) await client.close()
  })
  afterAll(async () => {
    await stack?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  let count = 0
  return {
    get stack() {
      return need()
    },
    folder,
    /** Each client has a prefix of its own. */
    client(options = {}) {
      const { env } = need()
      count += 1
      const client = new S3({
        root: `s3://bucket/${count}`,
        endpoint: env.AWS_ENDPOINT_URL_S3,
        region: env.AWS_REGION,
        credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
        ...options,
      })
      clients.push(client)
      return client
    },
  }
}

/** Bytes that differ from place to place, the same for the same seed. */
export function someBytes(sizeBytes: number, seed = 1): Buffer {
  const buffer = Buffer.allocUnsafe(Math.ceil(sizeBytes / 4) * 4)
  let state = seed * 2_654_435_761
  for (let at = 0; at < buffer.byteLength; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    buffer.writeUInt32LE(state, at)
  }
  return buffer.subarray(0, sizeBytes)
}

/** All that an iterable gives, in order. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** What a call fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<S3Error> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!S3Error.is(error)) throw new Error('An S3Error was expected.', { cause: error })
  return error
}
