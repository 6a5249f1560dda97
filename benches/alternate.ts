import { type Summary, summarise } from './summary.ts'

/** What one run of one side gave. */
export interface Measurement {
  readonly value: number
  /** User and system time of the process and of all that it waited for. */
  readonly cpuMs: number
}

/** What all runs of one side gave. */
export interface SideSummary extends Summary {
  /** The median. */
  readonly cpuMs: number
}

/**
 * Measures all `sides` in turn, `rounds` times, after one round that does not count: what else the machine does then falls on all of them alike.
 * A side does its work in a fresh process and returns what it measured.
 */
export async function alternate<Side extends string>(
  sides: Readonly<Record<Side, () => Promise<Measurement>>>,
  options: { readonly rounds: number },
): Promise<Readonly<Record<Side, SideSummary>>> {
  const names = Object.keys(sides) as Side[]
  const measured = new Map<Side, Measurement[]>(names.map((name) => [name, []]))
  for (let round = -1; round < options.rounds; round += 1) {
    for (const name of names) {
      const measurement = await sides[name]()
      if (round >= 0) measured.get(name)?.push(measurement)
    }
  }
  const entries = [...measured].map(([name, all]) => {
    const cpuMs = summarise(all.map((each) => each.cpuMs)).median
    return [name, { ...summarise(all.map((each) => each.value)), cpuMs }]
  })
  return Object.fromEntries(entries)
}
