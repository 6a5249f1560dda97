import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

/** A line that a container wrote. Instants are milliseconds since 1970. */
export interface LogEvent {
  readonly timestamp: number
  readonly message: string
  readonly ingestionTime: number
}

/** Events of a stream in their order, with the places in the file where they begin and end. */
export interface LogSlice {
  readonly events: readonly LogEvent[]
  readonly start: number
  readonly end: number
}

/** How much one answer may hold. */
export interface SliceLimits {
  readonly maxEvents: number
  readonly maxBytes: number
}

const lineFeed = 0x0a

/** The file of a stream: an event a line, in JSON, only ever longer. A line that is torn at the end is as if it had not been written. */
export class LogStreamFile {
  readonly #path: string
  #descriptor: number | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Appends events in one write. */
  append(events: readonly LogEvent[]): void {
    this.#descriptor ??= openSync(this.#path, 'a', 0o600)
    writeSync(
      this.#descriptor,
      events.map(({ timestamp, message, ingestionTime }) => `${JSON.stringify([timestamp, ingestionTime, message])}\n`).join(''),
    )
  }

  /** The events from a place on. */
  after(place: number, limits: SliceLimits): LogSlice {
    return this.#read((descriptor, sizeBytes) => {
      const bytes = readAt(descriptor, place, Math.min(sizeBytes - place, limits.maxBytes))
      const events: LogEvent[] = []
      let at = 0
      for (let end = bytes.indexOf(lineFeed); end !== -1 && events.length < limits.maxEvents; end = bytes.indexOf(lineFeed, at)) {
        events.push(parse(bytes.toString('utf8', at, end)))
        at = end + 1
      }
      return { events, start: place, end: place + at }
    })
  }

  /** The last events before a place, `undefined` for the end. */
  before(place: number | undefined, limits: SliceLimits): LogSlice {
    return this.#read((descriptor, sizeBytes) => {
      const upTo = Math.min(place ?? sizeBytes, sizeBytes)
      const from = Math.max(0, upTo - limits.maxBytes)
      const bytes = readAt(descriptor, from, upTo - from)
      const end = bytes.lastIndexOf(lineFeed) + 1
      const events: LogEvent[] = []
      let at = end
      while (at > 0 && events.length < limits.maxEvents) {
        const start = at < 2 ? 0 : bytes.lastIndexOf(lineFeed, at - 2) + 1
        // It began before what was read.
        if (start === 0 && from > 0) break
        events.push(parse(bytes.toString('utf8', start, at - 1)))
        at = start
      }
      return { events: events.reverse(), start: from + at, end: from + end }
    })
  }

  /** No more will be appended for now. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #read(take: (descriptor: number, sizeBytes: number) => LogSlice): LogSlice {
    const descriptor = openSync(this.#path, 'r')
    try {
      return take(descriptor, fstatSync(descriptor).size)
    } finally {
      closeSync(descriptor)
    }
  }
}

function readAt(descriptor: number, place: number, sizeBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, sizeBytes))
  return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, place))
}

function parse(line: string): LogEvent {
  const [timestamp, ingestionTime, message] = JSON.parse(line) as [number, number, string]
  return { timestamp, message, ingestionTime }
}
