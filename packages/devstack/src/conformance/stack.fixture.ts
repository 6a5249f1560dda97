import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3, type S3ClientConfig, type S3ServiceException } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import type { Devstack, DevstackOptions } from '../devstack.ts'
import { startDevstack } from '../start-devstack.ts'

/** A folder that goes with the test. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-devstack-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A devstack that ends with the test. */
export async function startStack(options: Partial<DevstackOptions> = {}): Promise<Devstack> {
  const stack = await startDevstack({ dir: freshFolder(), buckets: ['bucket'], ...options })
  onTestFinished(() => stack.close())
  return stack
}

/** The AWS SDK, with nothing set but where to go and who asks, and one attempt a request. */
export function createClient(stack: Pick<Devstack, 'env'>, config: S3ClientConfig = {}): S3 {
  const { env } = stack
  return new S3({
    endpoint: env.AWS_ENDPOINT_URL_S3,
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    maxAttempts: 1,
    // It warns of every object without a body.
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    ...config,
  })
}

/** One devstack for all tests of a file, a client of it, and a new bucket for each who asks. */
export function sharedStack(): { readonly stack: Devstack; readonly client: S3; bucket(): Promise<string> } {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-devstack-'))
  let stack: Devstack | undefined
  let client: S3 | undefined
  let count = 0
  beforeAll(async () => {
    stack = await startDevstack({ dir })
    client = createClient(stack)
  })
  afterAll(async () => {
    client?.destroy()
    await stack?.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const need = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The devstack is started before the first test.')
    return value
  }
  return {
    get stack() {
      return need(stack)
    },
    get client() {
      return need(client)
    },
    bucket: async () => {
      count += 1
      await need(client).createBucket({ Bucket: `bucket-${count}` })
      return `bucket-${count}`
    },
  }
}

/** What a request that must fail failed with: `404 NoSuchKey`. */
export async function failure(request: Promise<unknown>): Promise<string> {
  try {
    await request
  } catch (error) {
    const { name, $metadata } = error as S3ServiceException
    return `${$metadata?.httpStatusCode} ${name}`
  }
  return 'no failure'
}

/** The whole body of an answer as text. */
export async function textOf(
  answer: Promise<{ Body?: { transformToString(): Promise<string> } | undefined }>,
): Promise<string | undefined> {
  return (await answer).Body?.transformToString()
}
