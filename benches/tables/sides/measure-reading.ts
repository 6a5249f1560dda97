import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'

/** What a reader gave. */
export interface Read {
  readonly numbers: readonly ArrayLike<number | bigint>[]
  readonly texts: readonly (string | null)[]
}

/** What a side prints, as JSON. */
export interface Reading {
  /** Of the reading alone: the process has started, and its modules are loaded. */
  readonly wallMs: number
  /** User and system time of all threads, in the same time. */
  readonly cpuMs: number
  /** Bytes that the process has read from files meanwhile. */
  readonly readBytes: number
  readonly peakBytes: number
  /** The sums of all columns and the lengths of all texts, to compare what sides have seen. */
  readonly sums: readonly number[]
}

/** From `proc(5)`: what read calls have returned. */
function bytesReadSoFar(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'latin1'))?.[1])
}

/** Measures `read`, looks at every value that it gave, and prints a {@link Reading}. */
export async function measureReading(read: () => Promise<Read>): Promise<void> {
  const [startedMs, cpu, bytes] = [performance.now(), process.cpuUsage(), bytesReadSoFar()]
  const { numbers, texts } = await read()
  const wallMs = performance.now() - startedMs
  const { user, system } = process.cpuUsage(cpu)
  const reading: Reading = {
    wallMs,
    cpuMs: (user + system) / 1_000,
    readBytes: bytesReadSoFar() - bytes,
    peakBytes: process.resourceUsage().maxRSS * 1_024,
    sums: [...numbers.map(sumOf), texts.reduce((sum, text) => sum + (text?.length ?? 0), 0)],
  }
  console.log(JSON.stringify(reading))
}

function sumOf(values: ArrayLike<number | bigint>): number {
  let sum = 0
  for (let index = 0; index < values.length; index += 1) sum += Number(values[index])
  return sum
}
