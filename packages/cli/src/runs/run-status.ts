import type { RunRecord } from '@millrace/core-graph'

const silenceMs = 5 * 60_000

/** A run's status as it is now: `lost` where its record says that it runs, but its process has gone or was silent for 5 minutes. */
export function runStatus(record: RunRecord, { now, host }: { readonly now: Date; readonly host: string }): RunRecord['status'] | 'lost' {
  if (record.status !== 'running') return record.status
  const silent = now.getTime() - Date.parse(record.heartbeatAt) > silenceMs
  return silent || (record.host === host && !processExists(record.pid)) ? 'lost' : 'running'
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists, and is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
