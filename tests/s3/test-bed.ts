import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Devstack, type DevstackOptions, type FaultKind, startDevstack } from '@millrace/devstack'
import { S3, type S3Options } from '@millrace/s3-fast'
import { afterAll, afterEach, beforeAll } from 'vitest'

/** A devstack, and clients of it. */
export interface TestBed {
  readonly stack: Devstack
  /** Of this file's tests, empty but for the devstack. */
  readonly folder: string
  /** A client whose temporary folder is below `folder`, closed after the test. */
  client(options?: S3Options): S3
  /** Names in the folder where clients keep their temporary files. */
  temporaryNames(): string[]
}

/** A devstack for the tests of a file. */
export function testBed(options: Partial<DevstackOptions> = {}): TestBed {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-s3-tests-'))
  const temporaryFolder = mkdtempSync(join(folder, 'temporary-'))
  const clients: S3[] = []
  let stack: Devstack | undefined
  const bed: TestBed = {
    folder,
    get stack() {
      if (!stack) throw new Error('The devstack runs from before the first test.')
      return stack
    },
    client(own = {}) {
      const { env } = bed.stack
      const client = new S3({
        endpoint: env.AWS_ENDPOINT_URL_S3,
        region: env.AWS_REGION,
        credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
        temporaryFolder,
        ...own,
      })
      clients.push(client)
      return client
    },
    temporaryNames: () => readdirSync(temporaryFolder),
  }
  beforeAll(async () => {
    stack = await startDevstack({ dir: join(folder, 'stack'), buckets: ['lake', 'pond'], ...options })
  })
  afterEach(async () => {
    await bed.stack.faults.clear()
    for (const client of clients.splice(0)) await client.close()
  })
  afterAll(async () => {
    await stack?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return bed
}

/** Every way in which a request fails that a client must outlive, whatever it asked for. */
export const everyKind: readonly FaultKind[] = ['503', '500', 'reset', 'truncate', 'slow', 'lost-answer']

/** The shares of requests that Metaflow lets fail, and ours. */
export const faultRates: readonly number[] = [0, 0.1, 0.5]

/** All that an iterable gives, in order. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => {
      throw new Error('It did not fail.')
    },
    (error: unknown) => error,
  )
}
