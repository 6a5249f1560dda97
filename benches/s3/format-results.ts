import type { Result } from './measure-work.ts'
import type { Target, WorkRow } from './works.ts'

/** Lines of a markdown table, with the head of the table first. */
export const resultHead: string =
  '| work | client | wall s | rate | CPU | most memory | Millrace is |\n| --- | --- | --- | --- | --- | --- | --- |'

const perSecond = ({ amount, wall }: Result): number => (amount / wall.median) * 1_000

function formatRate(result: Result, unit: WorkRow['unit']): string {
  const rate = perSecond(result)
  return unit === 'GiB' ? `${rate.toFixed(2)} GiB/s` : `${Math.round(rate).toLocaleString('en')} ${unit}/s`
}

function formatCpu({ wall, amount }: Result, unit: WorkRow['unit']): string {
  if (unit === 'GiB') return `${(wall.cpuMs / 1_000 / amount).toFixed(2)} s a GiB`
  return `${((wall.cpuMs * 1_000) / amount).toFixed(unit === 'keys' ? 1 : 0)} µs ${unit === 'keys' ? 'a key' : 'an object'}`
}

/** One line for each contestant. */
export function formatResults(
  title: string,
  { results, unit }: { readonly results: readonly Result[]; readonly unit: WorkRow['unit'] },
): string {
  const ours = results.find(({ contestant }) => contestant === 'Millrace')
  return results
    .map((result, index) => {
      const { contestant, wall, peakBytes, isTenth } = result
      const seconds = [wall.median, wall.minimum, wall.maximum].map((ms) => (ms / 1_000).toFixed(2))
      const memory = peakBytes === undefined ? '' : `${Math.round(peakBytes / 2 ** 20)} MiB`
      const ratio = ours && ours !== result ? `${(perSecond(ours) / perSecond(result)).toFixed(2)} times as fast` : ''
      const name = isTenth ? `${contestant}, a tenth of them` : contestant
      return `| ${index === 0 ? title : ''} | ${name} | ${seconds[0]} (${seconds[1]} to ${seconds[2]}) | ${formatRate(result, unit)} | ${formatCpu(result, unit)} | ${memory} | ${ratio} |`
    })
    .join('\n')
}

/** The contestants that Millrace is compared with in the short table. */
const others: readonly string[] = ['AWS SDK', 'rclone', 's5cmd', 'awscli', 'curl']

/** The head of a table with one line for each work. */
export const summaryHead: string = `| work | Millrace | CPU | most memory | ${others.map((name) => `times ${name}'s speed`).join(' | ')} |\n| --- | --- | --- | --- |${' --- |'.repeat(others.length)}`

/** One line for a work: Millrace's own figures, and how many times as fast as each other client it is. */
export function formatSummaryLine(
  title: string,
  { results, unit }: { readonly results: readonly Result[]; readonly unit: WorkRow['unit'] },
): string {
  const ours = results.find(({ contestant }) => contestant === 'Millrace')
  if (!ours) return `| ${title} |`
  const ratios = others.map((name) => {
    const other = results.find(({ contestant }) => contestant === name)
    return other ? (perSecond(ours) / perSecond(other)).toFixed(2) : ''
  })
  const memory = `${Math.round((ours.peakBytes ?? 0) / 2 ** 20)} MiB`
  return `| ${title} | ${formatRate(ours, unit)} | ${formatCpu(ours, unit)} | ${memory} | ${ratios.join(' | ')} |`
}

/** One line for each target: what is asked, what was measured, whether it is met. */
export function formatTargets(
  title: string,
  { results, targets }: { readonly results: readonly Result[]; readonly targets: readonly Target[] },
): readonly string[] {
  const ours = results.find(({ contestant }) => contestant === 'Millrace')
  if (!ours) return []
  return targets.flatMap(({ against, atLeast = 0, atMost }) => {
    if (against !== undefined) {
      const other = results.find(({ contestant }) => contestant === against)
      if (!other) return [`| ${title} | at least ${atLeast} times ${against} | ${against} is not installed | |`]
      const ratio = perSecond(ours) / perSecond(other)
      return [`| ${title} | at least ${atLeast} times ${against} | ${ratio.toFixed(2)} | ${mark(ratio >= atLeast)} |`]
    }
    const lines: string[] = []
    if (atMost?.cpuUs !== undefined) {
      const cpuUs = (ours.wall.cpuMs * 1_000) / ours.amount
      lines.push(`| ${title} | at most ${atMost.cpuUs} µs of CPU an object | ${cpuUs.toFixed(0)} µs | ${mark(cpuUs <= atMost.cpuUs)} |`)
    }
    if (atMost?.peakMiB !== undefined) {
      const peakMiB = (ours.peakBytes ?? 0) / 2 ** 20
      lines.push(`| ${title} | at most ${atMost.peakMiB} MiB | ${peakMiB.toFixed(0)} MiB | ${mark(peakMiB <= atMost.peakMiB)} |`)
    }
    return lines
  })
}

function mark(isMet: boolean): string {
  return isMet ? 'yes' : '**no**'
}
