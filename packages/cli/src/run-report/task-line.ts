import { formatTime } from '../render/time.ts'
import type { Paint } from '../terminal/colors.ts'

/** Which task a line belongs to. */
export interface TaskPlace {
  readonly run: string
  readonly step: string
  readonly task: string
  readonly pid?: number | undefined
}

/** One line about or from a task: `2026-11-23 02:43:39.689 [5/start/21975 (pid 83812)] text`. */
export function formatTaskLine(at: Date, { run, step, task, pid }: TaskPlace, text: string, paint: Paint): string {
  const process = pid === undefined ? '' : ` (pid ${pid})`
  return `${paint('magenta', formatTime(at))} ${paint('green', `[${run}/${step}/${task}${process}]`)} ${text}`
}
