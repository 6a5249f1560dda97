import { isDeepStrictEqual } from 'node:util'
import { alternate, type SideSummary } from '../alternate.ts'
import { node, type Workspace } from '../workspace.ts'
import type { Contestant } from './contestants.ts'
import type { Reading } from './sides/measure-reading.ts'

/** What a contestant reached. */
export interface Result {
  readonly contestant: string
  /** Of the reading alone, in milliseconds. */
  readonly wall: SideSummary
  readonly peakBytes: number
  readonly readBytes: number
}

/** Has every contestant do the work in turn, in fresh processes, `rounds` times after one that does not count. @throws Error where they have not seen the same values. */
export async function measureWork(
  work: string,
  {
    contestants,
    location,
    workspace,
    rounds,
  }: { readonly contestants: readonly Contestant[]; readonly location: string; readonly workspace: Workspace; readonly rounds: number },
): Promise<readonly Result[]> {
  const last = new Map<string, Reading>()
  let sums: readonly number[] | undefined
  const sides = contestants.map(({ name, script, threads }) => {
    const run = async (): Promise<{ value: number; cpuMs: number }> => {
      const { stdout } = await workspace.run(node, [script, work, location, String(threads)])
      const reading = JSON.parse(stdout) as Reading
      sums ??= reading.sums
      if (!isDeepStrictEqual(reading.sums, sums)) throw new Error(`${name} has seen other values in ${work}: ${reading.sums}, not ${sums}`)
      last.set(name, reading)
      return { value: reading.wallMs, cpuMs: reading.cpuMs }
    }
    return [name, run] as const
  })
  const measured = await alternate(Object.fromEntries(sides), { rounds })
  return Object.entries(measured).map(([contestant, wall]) => {
    const { peakBytes = 0, readBytes = 0 } = last.get(contestant) ?? {}
    return { contestant, wall, peakBytes, readBytes }
  })
}
