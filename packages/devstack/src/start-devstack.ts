import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { adminPrefix, handleAdmin } from './admin/admin-endpoint.ts'
import { type BatchPart, createBatch, defaultJobRole, defaultQueue } from './batch/create-batch.ts'
import type { Devstack, DevstackOptions } from './devstack.ts'
import { Faults } from './faults/faults.ts'
import { lockFolder } from './folder-lock.ts'
import { isLogsRequest } from './logs/logs-endpoint.ts'
import { S3Endpoint } from './s3/s3-endpoint.ts'
import { isBucketName } from './s3/storage/bucket-name.ts'
import { StorageFolder } from './s3/storage/storage-folder.ts'
import { KeyRing } from './sigv4/key-ring.ts'
import { serviceOf } from './sigv4/service-of.ts'
import type { Credentials } from './sigv4/verify-signature.ts'
import { answerTask, isTaskPath } from './tasks/tasks-endpoint.ts'
import type { Exchange } from './wire/exchange.ts'
import { sendAnswer } from './wire/send-answer.ts'
import { listen } from './wire/server.ts'

const throwAwayKeys: Credentials = { accessKeyId: 'MILLRACEDEVSTACK0000', secretAccessKey: 'millrace-devstack-throw-away-secret-key0' }

/**
 * Starts the devstack: S3, AWS Batch and CloudWatch Logs on one port of 127.0.0.1, over a folder.
 *
 * Starting reads the records of what is stored, about 15 µs an object.
 *
 * @throws DevstackStartError where another process uses the folder or the port, TypeError for a bucket's name that is not allowed.
 */
export async function startDevstack(options: DevstackOptions): Promise<Devstack> {
  const { port = 0, region = 'us-east-1', credentials = throwAwayKeys, buckets = [], now = Date.now, onError = reportError } = options
  const wrong = buckets.find((name) => !isBucketName(name))
  if (wrong !== undefined) throw new TypeError(`${JSON.stringify(wrong)} cannot be the name of a bucket: 3 to 63 of a-z, 0-9, "." and "-".`)
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = lockFolder(dir)
  let batch: BatchPart | undefined
  try {
    const storage = new StorageFolder(join(dir, 's3'))
    for (const name of buckets) if (!storage.buckets.has(name)) storage.createBucket(name, now())
    const keys = new KeyRing(credentials, options.batch)
    batch = createBatch(options.batch ?? {}, { dir, region, keys, now, onError })
    const { service, endpoint, logs } = batch
    const faults = new Faults(batch.faults)
    const s3 = new S3Endpoint({ context: { storage, region, now }, keys, faults, onError })
    const route = router(batch, s3, now)
    const loseHost = service.loseHost.bind(service)
    const requests = { s3: s3.requests, batch: endpoint.requests, logs: logs.requests }
    const server = await listen({
      port,
      tls: options.tls,
      onExchange: (exchange) =>
        exchange.rawPath.startsWith(adminPrefix) && !isTaskPath(exchange.rawPath)
          ? handleAdmin(exchange, { faults, requests, loseHost })
          : route(exchange),
    })
    service.start({ url: server.url, region })
    const close = async (): Promise<void> => {
      faults.clear()
      await service.close()
      await server.close()
      lock.release()
    }
    return {
      env: {
        AWS_ENDPOINT_URL_S3: server.url,
        AWS_ENDPOINT_URL_BATCH: server.url,
        AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: server.url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
        MILLRACE_BATCH_QUEUE: batch.queues[0] ?? defaultQueue,
        MILLRACE_BATCH_JOB_ROLE: defaultJobRole,
      },
      s3: { url: server.url, requests: s3.requests },
      batch: { url: server.url, requests: endpoint.requests, loseHost },
      logs: { url: server.url, requests: logs.requests },
      faults: {
        s3: async (faultOptions) => faults.setS3(faultOptions),
        batch: async (faultOptions) => faults.batch.set(faultOptions),
        clear: async () => faults.clear(),
      },
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await batch?.service.close()
    lock.release()
    throw error
  }
}

function reportError(error: unknown): void {
  console.error(error)
}

/** All services share a port: what a request was signed for says which one it is for, and without a signature its form does. */
function router({ endpoint, logs, tasks }: BatchPart, s3: S3Endpoint, now: () => number): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    if (isTaskPath(exchange.rawPath)) return sendAnswer(exchange, answerTask(exchange, tasks, now()))
    if (isLogsRequest(exchange)) return logs.handle(exchange)
    const service = serviceOf(exchange.incoming)
    if (service === 'batch' || (service === undefined && exchange.rawPath.startsWith('/v1/'))) return endpoint.handle(exchange)
    return s3.handle(exchange)
  }
}
