import type { ErrorRecord } from '@millrace/core-graph'
import { errorRecord } from '../../error-record.ts'

const advice: Readonly<Record<string, string>> = {
  E2BIG: 'Its environment is too large: on Linux a variable holds at most 128 KiB. Pass large values as artifacts or files.',
  EAGAIN: 'This user has too many processes. Lower --max-workers, or raise the limit with "ulimit -u".',
  EMFILE: 'Too many files are open. Lower --max-workers, or raise the limit with "ulimit -n".',
  ENFILE: 'Too many files are open on this machine. Lower --max-workers.',
  ENOMEM: 'This machine has no memory left. Lower --max-workers.',
}

/** What it means that the system would not start a worker process, as data. */
export function startFailure(error: unknown): ErrorRecord {
  const { code = '', message } = error as NodeJS.ErrnoException
  const next = advice[code]
  return errorRecord('executor-lost', `Could not start a worker process: ${message}.${next ? ` ${next}` : ''}`)
}
