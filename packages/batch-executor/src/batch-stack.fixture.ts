import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Devstack, type DevstackOptions, startDevstack } from '@millrace/devstack'
import { BatchExecutor, type BatchExecutorOptions } from './batch-executor.ts'

/** A devstack in a folder of its own, and executors on it. */
export class BatchStack implements AsyncDisposable {
  readonly devstack: Devstack
  readonly folder: string
  readonly #executors: BatchExecutor[] = []

  private constructor(devstack: Devstack, folder: string) {
    this.devstack = devstack
    this.folder = folder
  }

  static async start(batch: DevstackOptions['batch'] = {}): Promise<BatchStack> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-batch-'))
    const devstack = await startDevstack({ dir: join(folder, 'stack'), batch: { stopGraceMs: 500, ...batch } })
    // The SDK has no other way to throw-away keys than its own places; whatever else is set must not lead to AWS.
    Object.assign(process.env, devstack.env, { AWS_EC2_METADATA_DISABLED: 'true' })
    return new BatchStack(devstack, folder)
  }

  /** An executor that looks at jobs ten times a second. */
  executor(options: Partial<BatchExecutorOptions> = {}): BatchExecutor {
    const executor = new BatchExecutor({ queue: 'millrace', pollIntervalMs: 100, cacheFolder: join(this.folder, 'cache'), ...options })
    this.#executors.push(executor)
    return executor
  }

  /** A command that runs this program. */
  static node(program: string): readonly string[] {
    return ['node', '-e', program]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const executor of this.#executors) await executor.close()
    await this.devstack.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
