import type { Result } from './measure-work.ts'

/** The head of the table of times. */
export const resultHead: string =
  '| work | reader | wall s | CPU s | most memory | Millrace on as many threads, by wall | by CPU |\n| --- | --- | --- | --- | --- | --- | --- |'

/** How many times as fast `ours` is as `other`. */
export function speedOver(ours: Result, other: Result): { readonly wall: number; readonly cpu: number } {
  return { wall: other.wall.median / ours.wall.median, cpu: other.wall.cpuMs / ours.wall.cpuMs }
}

/** One line for each reader, with the reader of ours that it is compared with. */
export function formatResults(
  title: string,
  { results, oursFor }: { readonly results: readonly Result[]; readonly oursFor: (reader: Result) => Result | undefined },
): string {
  return results
    .map((result, index) => {
      const { contestant, wall, peakBytes } = result
      const seconds = [wall.median, wall.minimum, wall.maximum].map((ms) => (ms / 1_000).toFixed(2))
      const ours = oursFor(result)
      const speed = ours && speedOver(ours, result)
      const ratios = speed ? `${speed.wall.toFixed(2)} times as fast | ${speed.cpu.toFixed(2)} times` : '|'
      const memory = `${Math.round(peakBytes / 2 ** 20)} MiB`
      return `| ${index === 0 ? title : ''} | ${contestant} | ${seconds[0]} (${seconds[1]} to ${seconds[2]}) | ${(wall.cpuMs / 1_000).toFixed(2)} | ${memory} | ${ratios} |`
    })
    .join('\n')
}

/** One line for a target. */
export function formatTarget(what: string, { measured, isMet }: { readonly measured: string; readonly isMet: boolean }): string {
  return `| ${what} | ${measured} | ${isMet ? 'yes' : '**no**'} |`
}
