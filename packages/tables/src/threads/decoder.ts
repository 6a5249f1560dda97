import type { NumberArray } from '../column-data/column-data.ts'
import { type DecodedRows, type DecodeJob, runDecodeJob } from '../decode/decode-job.ts'
import { DecodePool } from './decode-pool.ts'
import { SpareArrays } from './spare-arrays.ts'
import { threadEntry, threadFlags } from './thread-entry.ts'

/**
 * Decoded bytes from which threads are worth their start. A thread takes 80 ms of CPU time to start, and as much again until its code is optimised; this
 * one decodes 48 MiB in about that time.
 */
const leastThreadBytes = 48 * 1024 * 1024

interface DecoderOptions {
  /** How many may be used; with 1 all is done on this one. */
  readonly threads: number
  /** Decoded bytes that a scan has to have before they start. Default 48 MiB. */
  readonly leastBytes?: number | undefined
}

/** Decodes the jobs of one scan: on this thread as long as the scan is small, on threads of its own once it is not. */
export class Decoder implements AsyncDisposable {
  readonly #pool: DecodePool | undefined
  readonly #leastBytes: number
  #listedBytes = 0
  readonly #spares = new SpareArrays()

  constructor({ threads, leastBytes = leastThreadBytes }: DecoderOptions) {
    this.#leastBytes = leastBytes
    this.#pool = threads > 1 && threadEntry ? new DecodePool({ entry: threadEntry, flags: threadFlags, threads }) : undefined
  }

  /** Tells of work that will come, which threads may then be worth. */
  expect(sizeBytes: number): void {
    this.#listedBytes += sizeBytes
  }

  /** @throws ColumnFailure, ThreadFailure, and the signal's reason */
  async decode(job: DecodeJob, options: { readonly signal: AbortSignal }): Promise<DecodedRows> {
    // Lists and structs are objects, which are copied between threads at about the cost of making them.
    const isNested = job.columns.some(({ nested }) => nested !== undefined)
    if (!this.#pool || isNested || this.#listedBytes < this.#leastBytes) return await runDecodeJob(job)
    const columns = job.columns.map((column) => ({ ...column, into: column.into && this.#spares.take(column.into) }))
    return await this.#pool.decode({ ...job, columns }, options)
  }

  /** Takes an array back whose values are not needed any more, for a thread to decode into. */
  recycle(values: NumberArray): void {
    this.#spares.add(values)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool?.close()
  }
}
