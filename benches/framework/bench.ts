import type { SideSummary } from '../alternate.ts'
import type { Workspace } from '../workspace.ts'

/** One line of the table. */
export interface Row {
  readonly what: string
  /** Ours: median and spread. */
  readonly measured: string
  /** The other side: median and spread. */
  readonly against: string
  /** Ours by the other side's, or the number that the target speaks of. */
  readonly ratio: number
  /** What `ratio` must keep to; absent for a line that only explains another. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number }
  /** The unit of `ratio` where it is none. */
  readonly unit?: string
  /** Whose CPU times to show, ours first. */
  readonly sides: readonly SideSummary[]
}

/** A group of measurements that `--only` can name. */
export interface Bench {
  readonly name: string
  run(workspace: Workspace): Promise<readonly Row[]>
}

/** Whether a row keeps to its target; one without keeps to it. */
export function isMet({ ratio, target }: Row): boolean {
  if (!target) return true
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast
}
