import type { HttpClient } from '../http/http-client-seam.ts'
import { loopIdleMs } from './loop-idle-ms.ts'
import { ThroughputPilot } from './throughput-pilot.ts'

/** On loopback 16 connections are as fast as any number; S3 answers each after tens of milliseconds, and hundreds pay. */
const startConnections = 16

/** Lets as many connections be open as pays, by the answers that come in a second. */
export class ConnectionPilot {
  readonly #http: Pick<HttpClient, 'maxConnectionsPerOrigin'>
  readonly #pilot: ThroughputPilot
  readonly #nowMs: () => number
  #running = 0

  /** @param options `most`: of connections. */
  constructor(
    http: Pick<HttpClient, 'maxConnectionsPerOrigin'>,
    {
      most,
      nowMs = () => performance.now(),
      idleMs = loopIdleMs,
    }: { readonly most: number; readonly nowMs?: () => number; readonly idleMs?: () => number },
  ) {
    this.#http = http
    this.#pilot = new ThroughputPilot({ start: startConnections, most, idleMs })
    this.#nowMs = nowMs
    http.maxConnectionsPerOrigin = this.#pilot.target
  }

  /** How many requests who has many should keep under way: enough that no connection waits for work. */
  get width(): number {
    return Math.ceil(this.#pilot.target * 1.5)
  }

  /** A request is about to be sent. */
  begin(): void {
    this.#running += 1
  }

  /** It was answered, or failed. */
  end(): void {
    const target = this.#pilot.add(1, { nowMs: this.#nowMs(), running: this.#running })
    this.#running -= 1
    if (target !== this.#http.maxConnectionsPerOrigin) this.#http.maxConnectionsPerOrigin = target
  }
}
