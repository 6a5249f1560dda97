import type { RunEvent } from '@millrace/runtime/run'
import { formatCount } from '../render/quantity.ts'
import { formatDuration } from '../render/time.ts'

type ProgressEvent = Extract<RunEvent, { kind: 'progress' }>

/** Turns what is known about foreaches into one line: done, running, failed, rate, time left. */
export class Progress {
  readonly #open = new Map<string, { readonly since: Date; readonly doneBefore: number; latest: ProgressEvent }>()

  /** Takes an event and tells whether its foreach is over. */
  update(event: ProgressEvent): boolean {
    const known = this.#open.get(event.step)
    if (known && known.latest.total === event.total) known.latest = event
    else this.#open.set(event.step, { since: event.at, doneBefore: event.done, latest: event })
    const over = event.done + event.failed >= event.total && event.running === 0
    if (over) this.#open.delete(event.step)
    return over
  }

  /** The line, or `undefined` where no foreach is open. */
  line(): string | undefined {
    const parts = [...this.#open.values()].map(({ since, doneBefore, latest }) => {
      const seconds = (latest.at.getTime() - since.getTime()) / 1_000
      const rate = seconds > 0 ? (latest.done - doneBefore) / seconds : 0
      return describe(latest, rate)
    })
    return parts.length > 0 ? parts.join(' | ') : undefined
  }
}

function describe({ step, total, done, running, failed, queued }: ProgressEvent, rate: number): string {
  const parts = [`${step}: ${formatCount(done)} of ${formatCount(total)} done`, `${formatCount(running)} running`]
  if (failed > 0) parts.push(`${formatCount(failed)} failed`)
  if (rate > 0) parts.push(rate >= 10 ? `${Math.round(rate)}/s` : `${rate.toFixed(1)}/s`)
  if (rate > 0 && running + queued > 0) parts.push(`${formatDuration(((total - done - failed) / rate) * 1_000)} left`)
  return parts.join(', ')
}
