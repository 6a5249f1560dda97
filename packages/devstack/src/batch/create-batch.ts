import { join } from 'node:path'
import { ContainerEngine, type ContainerEngineName } from '../executors/container-engine.ts'
import { ContainerExecutor } from '../executors/container-executor.ts'
import { ImageExecutor } from '../executors/image-executor.ts'
import { ProcessExecutor } from '../executors/process-executor.ts'
import { PullFaults } from '../executors/pull-faults.ts'
import { BatchFaults } from '../faults/batch-faults.ts'
import { LogStreams } from '../logs/log-streams.ts'
import { LogsEndpoint } from '../logs/logs-endpoint.ts'
import type { KeyRing } from '../sigv4/key-ring.ts'
import { TaskDirectory } from '../tasks/task-directory.ts'
import { Arns, accountId } from './arns.ts'
import { BatchEndpoint } from './batch-endpoint.ts'
import { Journal } from './journal/journal.ts'
import { createState, type QueueState } from './machine/batch-state.ts'
import { HostPool } from './machine/hosts/host-pool.ts'
import type { Latency } from './machine/timers/latency.ts'
import { BatchService } from './service/batch-service.ts'

/** A queue and the hosts of its compute environment. */
export interface BatchQueueOptions {
  /** Up to 128 of `A-Z`, `a-z`, `0-9`, `_` and `-`. */
  readonly name: string
  /** Default `EC2`. */
  readonly kind?: 'EC2' | 'SPOT' | 'FARGATE' | 'FARGATE_SPOT'
  /** A queue that is not takes no jobs. Default `true`. */
  readonly enabled?: boolean
  /** How many hosts there are. With 0 jobs stay RUNNABLE. Default 4. */
  readonly hosts?: number
  /** What each host has for jobs, whatever this machine has. Default 16. */
  readonly vcpusPerHost?: number
  /** Default 65,536. */
  readonly memoryMiBPerHost?: number
}

/** How AWS Batch is to be. */
export interface BatchOptions {
  /** Default one, `millrace`. */
  readonly queues?: readonly BatchQueueOptions[]
  /** `real`: jobs take about as long as on a warm queue of AWS until they run, 25 s. Default `fast`: at once. */
  readonly latency?: Latency
  /** What jobs are: processes of this machine, or containers of an engine that runs here. Default `process`. */
  readonly executor?: 'process' | ContainerEngineName
  /** How long a container may take to end after SIGTERM. Default 30,000, as on AWS. */
  readonly stopGraceMs?: number
  /** How long the keys of jobs are good. Default an hour. */
  readonly credentialsLifetimeMs?: number
  /** ARNs of roles that may do nothing: jobs get their keys, and every request with them is refused. Default none. */
  readonly deniedRoles?: readonly string[]
  /** ARNs of roles that may get objects and list, and change nothing. Default none. */
  readonly readOnlyRoles?: readonly string[]
}

/** What AWS allows an account. Source: https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html */
const quotaPerSecond = 50
/** CloudWatch Logs takes a second to five until lines can be read. */
const realLogDelayMs = 2_000

/** The queue that there is where none is asked for. */
export const defaultQueue = 'millrace'

/** A role for jobs. Any other name of a role does as well. */
export const defaultJobRole: string = `arn:aws:iam::${accountId}:role/millrace-dev`

/** Batch, Logs, and what containers ask, ready to be reached. */
export interface BatchPart {
  readonly queues: readonly string[]
  readonly service: BatchService
  readonly endpoint: BatchEndpoint
  readonly logs: LogsEndpoint
  readonly tasks: TaskDirectory
  readonly faults: BatchFaults
}

/** Makes Batch and Logs over a folder. @throws TypeError, RangeError for options that make no sense; DevstackStartError where there is no such engine. */
export function createBatch(
  {
    queues = [{ name: defaultQueue }],
    latency = 'fast',
    executor: kind = 'process',
    stopGraceMs = 30_000,
    credentialsLifetimeMs = 3_600_000,
  }: BatchOptions,
  {
    dir,
    region,
    keys,
    now,
    onError,
  }: {
    readonly dir: string
    readonly region: string
    readonly keys: KeyRing
    readonly now: () => number
    readonly onError: (error: unknown) => void
  },
): BatchPart {
  const state = createState({ latency, stopGraceMs, queues: queues.map(makeQueue) })
  const arns = new Arns(region)
  const streams = new LogStreams(join(dir, 'logs'))
  const tasks = new TaskDirectory(keys, credentialsLifetimeMs)
  const faults = new BatchFaults({ now, ...(latency === 'real' ? { requestsPerSecond: quotaPerSecond } : {}) })
  const folder = join(dir, 'batch')
  const containers =
    kind === 'process' ? new ImageExecutor(new ProcessExecutor(folder)) : new ContainerExecutor(new ContainerEngine(kind), folder)
  const executor = new PullFaults(containers, () => faults.failsPull())
  const journal = new Journal(join(dir, 'batch', 'state'), state, now())
  const service = new BatchService({
    state,
    arns,
    now,
    executor,
    streams,
    tasks,
    journal,
    logDelayMs: latency === 'real' ? realLogDelayMs : 0,
  })
  faults.loseHost = () => service.loseHost().length > 0
  const context = { state, arns, dispatch: service.dispatch.bind(service), faults }
  return {
    queues: queues.map(({ name }) => name),
    service,
    endpoint: new BatchEndpoint({ context, keys, faults, region, now, onError }),
    logs: new LogsEndpoint({ streams, keys, region, now, onError }),
    tasks,
    faults,
  }
}

function makeQueue({
  name,
  kind = 'EC2',
  enabled = true,
  hosts = 4,
  vcpusPerHost = 16,
  memoryMiBPerHost = 65_536,
}: BatchQueueOptions): QueueState {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(name)) throw new TypeError(`${JSON.stringify(name)} cannot be the name of a queue.`)
  for (const [what, value] of Object.entries({ hosts, vcpusPerHost, memoryMiBPerHost }))
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${what} of a queue is a whole number from 0, not ${value}.`)
  const pool = new HostPool({ name: `${name}-environment`, kind, hosts, perHost: { vcpus: vcpusPerHost, memoryMiB: memoryMiBPerHost } })
  return { name, enabled, pool, retries: [], fresh: [] }
}
