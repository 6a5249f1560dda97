import type { BatchOptions } from './batch/create-batch.ts'
import type { BatchOperationName } from './batch/operations.ts'
import type { BatchFaultOptions } from './faults/batch-fault-options.ts'
import type { FaultOptions } from './faults/fault-plan.ts'
import type { Credentials } from './sigv4/verify-signature.ts'
import type { RequestCounts } from './wire/request-counts.ts'

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
