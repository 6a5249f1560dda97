import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { adminPrefix, handleAdmin } from './admin/admin-endpoint.ts'
import type { FaultOptions } from './faults/fault-plan.ts'
import { Faults } from './faults/faults.ts'
import { lockFolder } from './folder-lock.ts'
import type { RequestCounts } from './s3/request-counts.ts'
import { S3Endpoint } from './s3/s3-endpoint.ts'
import { isBucketName } from './s3/storage/bucket-name.ts'
import { StorageFolder } from './s3/storage/storage-folder.ts'
import type { Credentials } from './sigv4/verify-signature.ts'
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
  /** The time, in milliseconds since 1970. Default the clock of the machine. */
  readonly now?: () => number
  /** Told of what should not happen, such as a full disk; the client gets an InternalError. Default: written to stderr. */
  readonly onError?: (error: unknown) => void
}

/** What a client needs to find the devstack. */
export interface DevstackEnvironment {
  readonly AWS_ENDPOINT_URL_S3: string
  readonly AWS_REGION: string
  readonly AWS_ACCESS_KEY_ID: string
  readonly AWS_SECRET_ACCESS_KEY: string
  readonly AWS_SESSION_TOKEN?: string
}

/** A devstack that runs. */
export interface Devstack extends AsyncDisposable {
  readonly env: DevstackEnvironment
  readonly s3: {
    /** The endpoint, path style: `http://127.0.0.1:PORT`. */
    readonly url: string
    readonly requests: RequestCounts
  }
  readonly faults: {
    /** From now on requests to S3 meet these faults, in place of earlier ones. @rejects TypeError, RangeError for options that make no sense. */
    s3(options: FaultOptions): Promise<void>
    /** No more faults. */
    clear(): Promise<void>
  }
  /** Stops listening and ends every connection. What was answered is on disk. */
  close(): Promise<void>
}

const throwAwayKeys: Credentials = { accessKeyId: 'MILLRACEDEVSTACK0000', secretAccessKey: 'millrace-devstack-throw-away-secret-key0' }

/**
 * Starts the devstack: an S3 endpoint on 127.0.0.1 over a folder.
 *
 * Starting reads the records of what is stored, about 15 µs an object.
 *
 * @throws Error where another process uses the folder or the port, TypeError for a bucket's name that is not allowed.
 */
export async function startDevstack(options: DevstackOptions): Promise<Devstack> {
  const { port = 0, region = 'us-east-1', credentials = throwAwayKeys, buckets = [], now = Date.now, onError = reportError } = options
  const wrong = buckets.find((name) => !isBucketName(name))
  if (wrong !== undefined) throw new TypeError(`${JSON.stringify(wrong)} cannot be the name of a bucket: 3 to 63 of a-z, 0-9, "." and "-".`)
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = lockFolder(dir)
  try {
    const storage = new StorageFolder(join(dir, 's3'))
    for (const name of buckets) if (!storage.buckets.has(name)) storage.createBucket(name, now())
    const faults = new Faults()
    const s3 = new S3Endpoint({ context: { storage, region, now }, credentials, faults, onError })
    const server = await listen({
      port,
      tls: options.tls,
      onExchange: (exchange) =>
        exchange.rawPath.startsWith(adminPrefix) ? handleAdmin(exchange, { faults, s3Requests: s3.requests }) : s3.handle(exchange),
    })
    const close = async (): Promise<void> => {
      await server.close()
      lock.release()
    }
    return {
      env: {
        AWS_ENDPOINT_URL_S3: server.url,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
      },
      s3: { url: server.url, requests: s3.requests },
      faults: { s3: async (faultOptions) => faults.set('s3', faultOptions), clear: async () => faults.clear() },
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function reportError(error: unknown): void {
  console.error(error)
}
