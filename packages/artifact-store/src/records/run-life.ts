import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { RunRecord } from '@millrace/core-graph'

const silenceMs = 5 * 60_000
const absenceMs = 7 * 24 * 3_600_000

type Life = Pick<RunRecord, 'status' | 'heartbeatAt' | 'host' | 'pid'>

/** From where a run is looked at. */
export interface RunObserver {
  readonly now: Date
  /** Default: this machine's name. */
  readonly host?: string
}

/**
 * Whether a run's scheduler has gone without a word, though its record says `running`: no heartbeat for 5 minutes, or, for a run of this machine, no such process.
 * A heartbeat in the future, because a clock was set back, is a sign of life.
 */
export function isLost(run: Life, { now, host = hostname() }: RunObserver): boolean {
  if (run.status !== 'running') return false
  return isSilent(run, now, silenceMs) || (run.host === host && !processExists(run.pid))
}

/** Whether a lost run will stay lost: its process is not there and was silent for 5 minutes, or it was silent for a week, wherever it is. */
export function isAbandoned(run: Life, { now, host = hostname() }: RunObserver): boolean {
  if (run.status !== 'running') return false
  return isSilent(run, now, absenceMs) || (isSilent(run, now, silenceMs) && run.host === host && !processExists(run.pid))
}

const isSilent = (run: Life, now: Date, ms: number): boolean => now.getTime() - Date.parse(run.heartbeatAt) > ms

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it exists, and is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

/** A process that was killed stays in the table until its parent looks, which in a container may be never. Known on Linux alone. */
function isZombie(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
