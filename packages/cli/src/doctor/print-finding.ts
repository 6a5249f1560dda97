import type { Output } from '../terminal/output.ts'
import type { Finding } from './finding.ts'

const marks = { ok: 'ok      ', problem: 'problem ', open: 'open    ' } as const
const colours = { ok: 'green', problem: 'red', open: 'yellow' } as const

/** Prints a finding: `ok       queue: jobs is enabled ...`. */
export function printFinding({ what, status, text }: Finding, { print, paint }: Pick<Output, 'print' | 'paint'>): void {
  print(`${paint(colours[status], marks[status])} ${what}: ${text}`)
}
