import { MillraceError, parsePathspec } from '@millrace/core-graph'

/** Names one run. */
export interface RunAddress {
  readonly flow: string
  readonly run: string
}

/** Names one task of a run. */
export interface TaskAddress extends RunAddress {
  readonly step: string
  readonly task: string
}

/** Names one attempt at a task. */
export interface AttemptAddress extends TaskAddress {
  /** From 0. */
  readonly attempt: number
}

/** The prefix of everything that is kept of a flow. */
export function flowPrefix(flow: string): string {
  return checked({ flow })
}

/** The prefix of a flow's runs: the next level is one prefix for each run number. */
export function runsPrefix(flow: string): string {
  return `${flowPrefix(flow)}/runs`
}

/** The prefix of the versions of a flow's catalog: the next level is one object for each that is kept. */
export function catalogPrefix(flow: string): string {
  return `${flowPrefix(flow)}/catalog`
}

/** Where a version of a flow's catalog is. Twelve digits, so that the order of the keys is that of the versions. */
export function catalogKey(flow: string, sequence: number): string {
  if (!Number.isSafeInteger(sequence) || sequence < 1 || sequence > 999_999_999_999)
    throw new RangeError(`Could not use ${sequence} as the number of a catalog: it counts 1, 2, 3 ...`)
  return `${catalogPrefix(flow)}/${String(sequence).padStart(12, '0')}`
}

/** The number of the version at a key, and `undefined` for any other key. */
export function parseCatalogKey(key: string): number | undefined {
  const [, digits] = /^[^/]+\/catalog\/(\d{12})$/.exec(key) ?? []
  return Number(digits) || undefined
}

/** The prefix of a run's records and logs: the next level is one prefix for each step. */
export function runPrefix({ flow, run }: RunAddress): string {
  checked({ flow, run })
  return `${flow}/runs/${run}`
}

/** Where a run's own record is. */
export function runKey(run: RunAddress): string {
  return `${runPrefix(run)}/run.json`
}

/** The prefix of what a run's scheduler and its workers on AWS Batch say to each other. A scheduler removes it when its run ends; one that is killed leaves it. */
export function runTalkPrefix({ flow, run }: RunAddress): string {
  checked({ flow, run })
  return `${flow}/batch/${run}`
}

/** The prefix of a step's tasks in a run. */
export function stepPrefix({ flow, run, step }: Omit<TaskAddress, 'task'>): string {
  checked({ flow, run, step })
  return `${flow}/runs/${run}/${step}`
}

/** The prefix of a task's attempts. */
export function taskPrefix({ flow, run, step, task }: TaskAddress): string {
  checked({ flow, run, step, task })
  return `${flow}/runs/${run}/${step}/${task}`
}

/** Where the record is that commits an attempt. */
export function taskRecordKey(address: AttemptAddress): string {
  return `${taskPrefix(address)}/${checkedAttempt(address.attempt)}.json`
}

/** Names one part of an attempt's log. */
export interface LogAddress extends AttemptAddress {
  /** From 0. All parts in this order are the log. */
  readonly segment: number
}

/** Where a part of an attempt's log is; the first one without `segment`: `0.log`, `0.1.log`, `0.2.log` ... */
export function logKey(address: AttemptAddress & { readonly segment?: number }): string {
  const { attempt, segment = 0 } = address
  return `${taskPrefix(address)}/${checkedAttempt(attempt)}${segment === 0 ? '' : `.${checkedAttempt(segment)}`}.log`
}

/** The prefix of a flow's blobs. */
export function blobsPrefix(flow: string): string {
  return `${flowPrefix(flow)}/blobs`
}

/** Where the blob with these bytes is. */
export function blobKey(flow: string, sha256: string): string {
  return `${blobsPrefix(flow)}/${checkedHash(sha256).slice(0, 2)}/${sha256}`
}

/** The hash of the bytes of the blob at `key`, and `undefined` for any other key. */
export function parseBlobKey(key: string): string | undefined {
  return /^[^/]+\/blobs\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(key)?.[1]
}

/** Where the code package with these bytes is. */
export function codeKey(flow: string, sha256: string): string {
  return `${flowPrefix(flow)}/code/${checkedHash(sha256)}.tgz`
}

/** The attempt that a key of a record names, and `undefined` for any other key. */
export function parseTaskRecordKey(key: string): AttemptAddress | undefined {
  return parseAttemptKey(key, /^(0|[1-9]\d{0,8})\.json$/)?.address
}

/** What a key of a log names, and `undefined` for any other key. */
export function parseLogKey(key: string): LogAddress | undefined {
  const parsed = parseAttemptKey(key, /^(0|[1-9]\d{0,8})(?:\.([1-9]\d{0,8}))?\.log$/)
  return parsed && { ...parsed.address, segment: Number(parsed.rest[0] ?? 0) }
}

/** `file` gives the attempt by its first group. */
function parseAttemptKey(
  key: string,
  file: RegExp,
): { readonly address: AttemptAddress; readonly rest: readonly (string | undefined)[] } | undefined {
  const [flow = '', runs, run = '', step = '', task = '', name = '', ...more] = key.split('/')
  const [, attempt, ...rest] = file.exec(name) ?? []
  if (runs !== 'runs' || attempt === undefined || more.length > 0) return undefined
  try {
    checked({ flow, run, step, task })
  } catch {
    return undefined
  }
  return { address: { flow, run, step, task, attempt: Number(attempt) }, rest }
}

/** The parts as a pathspec, once each has been found to be what it says it is. */
function checked(parts: { readonly flow: string; readonly run?: string; readonly step?: string; readonly task?: string }): string {
  const given = Object.values(parts)
  const text = given.join('/')
  parsePathspec(text)
  // A part with a slash in it could pass as two.
  if (text.split('/').length !== given.length)
    throw new MillraceError('invalid-pathspec', `Could not use ${JSON.stringify(text)}: one of its parts holds a "/".`, { subject: text })
  return text
}

function checkedAttempt(attempt: number): number {
  if (!Number.isInteger(attempt) || attempt < 0 || attempt > 999_999_999)
    throw new RangeError(`Could not use ${attempt} as the number of an attempt: it counts 0, 1, 2 ...`)
  return attempt
}

function checkedHash(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new RangeError(`Could not use ${JSON.stringify(sha256)} as a hash: it is not 64 hexadecimal digits.`)
  return sha256
}
