import type { RunStatus } from '@millrace/client'

/** What became of a run, as the end of a sentence about it. */
export const runEnding: Readonly<Record<RunStatus, string>> = {
  running: 'goes on',
  succeeded: 'succeeded',
  failed: 'failed',
  interrupted: 'was interrupted',
}
