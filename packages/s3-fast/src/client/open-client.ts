import type { ClientContext } from '../call/client-context.ts'
import { Location } from '../call/location.ts'
import { ConnectionPilot } from '../concurrency/connection-pilot.ts'
import { PartLanes } from '../concurrency/part-lanes.ts'
import { createCredentialCache } from '../credentials/credential-cache.ts'
import { defaultCredentials } from '../credentials/credential-source.ts'
import { createBucketEndpoints } from '../endpoint/bucket-endpoints.ts'
import { createHttpClient } from '../http/create-http-client.ts'
import { TemporaryFolder } from '../read/temporary-folder.ts'
import { Retrier } from '../retry/retrier.ts'
import { createSend } from '../send/send.ts'
import type { S3Options } from './s3-options.ts'

/** Puts a client together from its parts. Does no I/O. @throws TypeError, RangeError for options that make no sense. */
export function openClient(options: S3Options): { readonly context: ClientContext; readonly close: () => Promise<void> } {
  const { run, region, endpoint, forcePathStyle, profile, credentials, ca, temporaryFolder, useFipsEndpoint, useDualstackEndpoint } =
    options
  const maxConnections = positive(options.maxConnections ?? 256, 'maxConnections')
  const location = new Location({ root: options.root ?? (run && defaultRoot(process.env)), run })
  const http = createHttpClient(ca === undefined ? {} : { ca })
  const pilot = new ConnectionPilot(http, { most: maxConnections })
  const folder = new TemporaryFolder(temporaryFolder)
  const send = createSend({
    http,
    endpoints: createBucketEndpoints({ endpoint, region, profile, forcePathStyle, useFipsEndpoint, useDualstackEndpoint }),
    credentials: createCredentialCache(credentials ?? defaultCredentials({ profile }), { now: Date.now }),
    pilot,
    idleTimeoutMs: positive(options.idleTimeoutMs ?? 30_000, 'idleTimeoutMs'),
    retrier: new Retrier({ policy: { deadlineMs: positive(options.deadlineMs ?? 180_000, 'deadlineMs') } }),
  })
  const most = Math.min(maxConnections, mostLanes)
  const context: ClientContext = {
    send,
    location,
    folder,
    lanes: new PartLanes({ start: 2, most }),
    writeLanes: new PartLanes({ start: 2, most: Math.min(most, mostWriteLanes) }),
    memoryBytes: positive(options.memoryBytes ?? 268_435_456, 'memoryBytes', 0),
    width: () => pilot.width,
  }
  const close = async (): Promise<void> => {
    await http.close()
    folder.remove()
  }
  return { context, close }
}

/** 10 Gbit/s are a dozen connections of S3's 90 MB/s. */
const mostLanes = 32
/** Each takes the memory of a part. */
const mostWriteLanes = 16

/** Where a run's objects are kept if nothing else is said. */
function defaultRoot({ MILLRACE_S3_ROOT: root, MILLRACE_DATASTORE_ROOT: datastore }: NodeJS.ProcessEnv): string | undefined {
  if (root) return root
  return datastore?.startsWith('s3://') ? `${datastore.replace(/\/$/, '')}/data` : undefined
}

function positive(value: number, name: string, least = 1): number {
  if (!(Number.isSafeInteger(value) && value >= least)) throw new RangeError(`${name} is a whole number from ${least}, not ${value}.`)
  return value
}
