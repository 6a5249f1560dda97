import type { Aws } from '../client/aws.ts'
import type { DiskCache } from '../disk-cache.ts'
import { askQueueFacts, type QueueFacts } from './queue-facts.ts'

/** What a queue is changes about never, but a queue may be made anew under its name. */
const factsLiveMs = 3_600_000

/** Knows queues: asks about each once in a process, and once an hour on a machine. */
export class QueueDirectory {
  readonly #aws: Aws
  readonly #disk: DiskCache
  readonly #endpoint: string
  readonly #known = new Map<string, Promise<QueueFacts>>()

  constructor(aws: Aws, disk: DiskCache, endpoint: string) {
    this.#aws = aws
    this.#disk = disk
    this.#endpoint = endpoint
  }

  /** The facts of a queue, named by name or ARN. @throws BatchError as `askQueueFacts`. */
  async facts(queue: string, signal?: AbortSignal): Promise<QueueFacts> {
    let asked = this.#known.get(queue)
    if (!asked) {
      asked = this.#look(queue, signal)
      this.#known.set(queue, asked)
      asked.catch(() => this.#known.delete(queue))
    }
    return await asked
  }

  /** Forgets a queue: what was believed about it has turned out wrong. */
  async forget(queue: string): Promise<void> {
    this.#known.delete(queue)
    await this.#disk.delete(await this.#key(queue))
  }

  async #look(queue: string, signal?: AbortSignal): Promise<QueueFacts> {
    const key = await this.#key(queue)
    const kept = (await this.#disk.read(key)) as { at: number; facts: QueueFacts } | undefined
    const now = this.#aws.clock.now().getTime()
    if (kept && Math.abs(now - kept.at) < factsLiveMs) return kept.facts
    const facts = await askQueueFacts(this.#aws, queue, signal)
    await this.#disk.write(key, { at: now, facts })
    return facts
  }

  async #key(queue: string): Promise<string> {
    return ['queue', await this.#aws.region(), this.#endpoint, queue].join(' ')
  }
}
