import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listAttempts, type RunAddress } from '@millrace/artifact-store'
import { createS3Store } from '@millrace/artifact-store/s3'
import { BatchExecutor } from '@millrace/batch-executor'
import type { TaskRecord } from '@millrace/core-graph'
import type { DevstackEnvironment } from '@millrace/devstack'
import { TestBed } from '../run-command.ts'

/** What code packages and queues are remembered in: once for all tests of a process, which otherwise bundle the same flow each. */
const cache = mkdtempSync(join(tmpdir(), 'millrace-batch-cache-'))
process.on('exit', () => rmSync(cache, { recursive: true, force: true }))

/** A datastore and queues on a devstack, whether that is in this process or not. */
export class BatchBed extends TestBed {
  readonly #url: string

  constructor(env: DevstackEnvironment) {
    const root = 's3://runs/all'
    const {
      AWS_REGION: region,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    } = env
    const store = createS3Store(root, { endpoint, region, credentials: { accessKeyId, secretAccessKey } })
    super(root, { store, env: { ...env, MILLRACE_CACHE_DIR: cache, XDG_CACHE_HOME: cache } })
    this.#url = endpoint
    Object.assign(process.env, { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey })
  }

  /** Every record of every attempt of a step. */
  async attempts(run: RunAddress, step: string): Promise<readonly TaskRecord[]> {
    return (await listAttempts(this.store, { ...run, step })).records
  }

  /** Jobs that have not ended, by what AWS Batch says. */
  async jobsLeft(queue = 'millrace'): Promise<readonly string[]> {
    await using executor = new BatchExecutor({ queue, endpoint: this.#url, cacheFolder: false })
    const left: string[] = []
    for await (const { id, status } of executor.list({})) left.push(`${id} ${status}`)
    return left
  }

  /** Processes of this machine that belong to containers of this stack. */
  processesLeft(): readonly string[] {
    return readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`=${this.#url}/_dev/metadata/`)
      } catch {
        return false
      }
    })
  }

  /** Sends a signal to all of them. */
  signalProcesses(signal: NodeJS.Signals): void {
    for (const pid of this.processesLeft()) {
      try {
        process.kill(Number(pid), signal)
      } catch {
        // It has just ended.
      }
    }
  }
}
