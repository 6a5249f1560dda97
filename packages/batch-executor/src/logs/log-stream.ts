import { type Aws, CallFault } from '../client/aws.ts'

/** One line that a job wrote. Batch keeps stdout and stderr together. */
export interface JobLogLine {
  /** When CloudWatch Logs says it was written. */
  readonly at: Date
  /** Without its newline. */
  readonly text: string
  /** From 1. */
  readonly attempt: number
  /** Of a child of an array. */
  readonly index?: number
}

/** Where lines are. */
export interface LogPlace {
  readonly group: string
  readonly stream: string
}

/** What was read at once, and where to go on. */
export interface LogPage {
  readonly lines: readonly { readonly at: Date; readonly text: string }[]
  readonly next?: string
  /** Whether there was nothing after it at that moment. */
  readonly atEnd: boolean
}

/**
 * The next page of a log stream, of at most 10,000 lines: one call. A stream that does not exist, because nothing was written yet, is empty.
 *
 * @throws BatchError `access-denied`, `refused`, `throttled`, `service-failed`.
 */
export async function readLogPage(aws: Aws, { group, stream }: LogPlace, next: string | undefined, signal?: AbortSignal): Promise<LogPage> {
  const input = { logGroupName: group, logStreamName: stream, startFromHead: true, ...(next === undefined ? {} : { nextToken: next }) }
  const purpose = `read the log ${stream} in ${group}`
  try {
    const { events = [], nextForwardToken } = await aws.call('GetLogEvents', input, {
      purpose,
      subject: stream,
      own: ['refused'],
      ...(signal ? { signal } : {}),
    })
    return {
      lines: events.flatMap(({ timestamp = 0, message = '' }) =>
        message
          .replace(/\r?\n$/, '')
          .split('\n')
          .map((text) => ({ at: new Date(timestamp), text })),
      ),
      ...(nextForwardToken === undefined ? {} : { next: nextForwardToken }),
      // The same token back is the end of the stream, for now.
      atEnd: nextForwardToken === undefined || nextForwardToken === next,
    }
  } catch (error) {
    if (!(error instanceof CallFault)) throw error
    if (error.cause instanceof Error && error.cause.name === 'ResourceNotFoundException') return { lines: [], atEnd: true }
    throw error.toBatchError()
  }
}
