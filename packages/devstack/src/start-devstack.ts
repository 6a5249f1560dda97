import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { adminPrefix, handleAdmin } from './admin/admin-endpoint.ts'
import { type BatchOptions, type BatchPart, createBatch, defaultJobRole, defaultQueue } from './batch/create-batch.ts'
import type { BatchOperationName } from './batch/operations.ts'
import type { BatchFaultOptions } from './faults/batch-fault-options.ts'
import type { FaultOptions } from './faults/fault-plan.ts'
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
import type { RequestCounts } from './wire/request-counts.ts'
import { sendAnswer } from './wire/send-answer.ts'
import { listen } from './wire/server.ts'

/** How a devstack is started. */
export interface DevstackOptions {
  /** Where everything is kept; made where it is missing. One devstack at a time may use it. */
  readonly dir: string
  /** The port on 127.0.0.1. Default 0: any that is free. */
  readonly port?: number
  /** Default `us-east-1`. */
  readonly region?: string
  /** Default: throw-away keys, always the same. */
  readonly credentials?: Credentials
  /** Buckets to make where they are missing. Default none. */
  readonly buckets?: readonly string[]
  /** Key and certificate in PEM: then the endpoint speaks HTTPS. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer }
  /** How AWS Batch is to be. Default one queue, `millrace`, and jobs that run at once. */
  readonly batch?: BatchOptions
  /** The time, in milliseconds since 1970. Default the clock of the machine. */
  readonly now?: () => number
  /** Told of what should not happen, such as a full disk; the client gets an InternalError. Default: written to stderr. */
  readonly onError?: (error: unknown) => void
}

/** What a client needs to find the devstack. */
export interface DevstackEnvironment {
  readonly AWS_ENDPOINT_URL_S3: string
  readonly AWS_ENDPOINT_URL_BATCH: string
  readonly AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: string
  readonly AWS_REGION: string
  readonly AWS_ACCESS_KEY_ID: string
  readonly AWS_SECRET_ACCESS_KEY: string
  readonly AWS_SESSION_TOKEN?: string
  /** The first queue. */
  readonly MILLRACE_BATCH_QUEUE: string
  /** A role for jobs: containers without one get no keys, as on AWS. */
  readonly MILLRACE_BATCH_JOB_ROLE: string
}

/** A devstack that runs. */
export interface Devstack extends AsyncDisposable {
  readonly env: DevstackEnvironment
  readonly s3: {
    /** The endpoint, path style: `http://127.0.0.1:PORT`. */
    readonly url: string
    readonly requests: RequestCounts
  }
  readonly batch: {
    /** The endpoint: `http://127.0.0.1:PORT`. */
    readonly url: string
    readonly requests: RequestCounts<BatchOperationName>
    /**
     * Takes a host away, with all that runs on it: that of a job, or of the one that has run longest. Gives the ids of the jobs that were on it.
     *
     * @throws RangeError for a job that is on no host.
     */
    loseHost(jobId?: string): readonly string[]
  }
  readonly logs: {
    /** The endpoint: `http://127.0.0.1:PORT`. */
    readonly url: string
    readonly requests: RequestCounts<'GetLogEvents'>
  }
  readonly faults: {
    /** From now on requests to S3 meet these faults, in place of earlier ones. @rejects TypeError, RangeError for options that make no sense. */
    s3(options: FaultOptions): Promise<void>
    /** From now on AWS Batch has these faults, in place of earlier ones. @rejects TypeError, RangeError for options that make no sense. */
    batch(options: BatchFaultOptions): Promise<void>
    /** No more faults. */
    clear(): Promise<void>
  }
  /** Ends what jobs run, stops listening and ends every connection. What was answered is on disk. */
  close(): Promise<void>
}

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
