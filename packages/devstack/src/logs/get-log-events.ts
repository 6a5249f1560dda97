import type { LogEvent } from './log-stream-file.ts'
import type { LogStreams } from './log-streams.ts'
import { LogsError } from './logs-error.ts'

/** What is asked of a stream. */
export interface GetLogEventsRequest {
  readonly logGroupName?: unknown
  readonly logGroupIdentifier?: unknown
  readonly logStreamName?: unknown
  readonly startTime?: unknown
  readonly endTime?: unknown
  readonly nextToken?: unknown
  readonly limit?: unknown
  readonly startFromHead?: unknown
}

/** A page of a stream. Both tokens are always there; at the end of the stream the one that was given comes back. */
export interface GetLogEventsResponse {
  readonly events: readonly LogEvent[]
  readonly nextForwardToken: string
  readonly nextBackwardToken: string
}

const maxEvents = 10_000
const maxBytes = 1_048_576

/**
 * A page of a stream, of 10,000 events or 1 MB at most: the first ones or, without `startFromHead`, the last ones; then what a token says.
 * A token names a place in the stream, so it stays good while the stream grows.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 *
 * @throws LogsError ResourceNotFoundException, InvalidParameterException.
 */
export function getLogEvents(streams: LogStreams, request: GetLogEventsRequest): GetLogEventsResponse {
  const group = textOf(request.logGroupName ?? request.logGroupIdentifier, 'logGroupName')
  const stream = textOf(request.logStreamName, 'logStreamName')
  const limits = { maxEvents: numberOf(request.limit, { name: 'limit', least: 1, most: maxEvents }) ?? maxEvents, maxBytes }
  const [from, to] = [
    numberOf(request.startTime, { name: 'startTime' }) ?? 0,
    numberOf(request.endTime, { name: 'endTime' }) ?? Number.POSITIVE_INFINITY,
  ]
  const token = request.nextToken === undefined ? undefined : readToken(textOf(request.nextToken, 'nextToken'))
  if (!streams.hasGroup(group)) throw new LogsError('ResourceNotFoundException', 'The specified log group does not exist.')
  const file = streams.find({ group, stream })
  if (!file) throw new LogsError('ResourceNotFoundException', 'The specified log stream does not exist.')
  const isForward = token ? token.direction === 'f' : request.startFromHead === true
  const slice = isForward ? file.after(token?.place ?? 0, limits) : file.before(token?.place, limits)
  return {
    events: slice.events.filter(({ timestamp }) => timestamp >= from && timestamp < to),
    nextForwardToken: `f/${slice.end}`,
    nextBackwardToken: `b/${slice.start}`,
  }
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(`${name} must be a string that is not empty`)
  return value
}

function numberOf(
  value: unknown,
  { name, least = 0, most = Number.MAX_SAFE_INTEGER }: { name: string; least?: number; most?: number },
): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
    throw invalid(`${name} must be a whole number from ${least} to ${most}`)
  return value
}

function readToken(token: string): { readonly direction: 'f' | 'b'; readonly place: number } {
  const match = /^([fb])\/(\d{1,15})$/.exec(token)
  if (!match) throw invalid('The specified nextToken is invalid.')
  return { direction: match[1] as 'f' | 'b', place: Number(match[2]) }
}

const invalid = (message: string): LogsError => new LogsError('InvalidParameterException', message)
