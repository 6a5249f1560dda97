import { type Summary, summarise } from './summary.ts'

/**
 * Measures all `sides` in turn, `rounds` times, after one round that does not count: what else the machine does then falls on all of them alike.
 * A side does its work in a fresh process and returns what it measured.
 */
export async function alternate<Side extends string>(
  sides: Readonly<Record<Side, () => Promise<number>>>,
  options: { readonly rounds: number },
): Promise<Readonly<Record<Side, Summary>>> {
  const names = Object.keys(sides) as Side[]
  const measured = new Map<Side, number[]>(names.map((name) => [name, []]))
  for (let round = -1; round < options.rounds; round += 1) {
    for (const name of names) {
      const value = await sides[name]()
      if (round >= 0) measured.get(name)?.push(value)
    }
  }
  return Object.fromEntries(names.map((name) => [name, summarise(measured.get(name) ?? [])])) as Record<Side, Summary>
}
