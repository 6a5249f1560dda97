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
 * Why a run's scheduler must be taken for dead, though its record says `running`: `gone`, for a run of this machine whose process does not exist; `silent`, where its last
 * sign of life is more than 5 minutes old. `undefined` for all other runs. A heartbeat in the future, because a clock was set back, is a sign of life.
 *
 * A run may end between the reading of its record and this look at its process: read the record again before you say that it is `gone`.
 */
export function lossOf(run: Life, { now, host = hostname() }: RunObserver): 'gone' | 'silent' | undefined {
  if (run.status !== 'running') return undefined
  if (run.host === host && !processExists(run.pid)) return 'gone'
  return isSilent(run, now, silenceMs) ? 'silent' : undefined
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
