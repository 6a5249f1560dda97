import type { LogLine, ObjectStore } from '@millrace/core-graph'
import { type AttemptAddress, logKey } from '../layout.ts'

const streamLetters = { stdout: 'o', stderr: 'e' } as const
const linePattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([oe]) (.*)$/s

/**
 * Lines as they stand in a log: `<ISO time> <o or e> <text>` and a newline for each, `o` for stdout, in UTF-8. What several calls give can be put together.
 *
 * @throws TypeError if a line's text holds a newline.
 */
export function encodeLog(lines: readonly LogLine[]): Uint8Array {
  let encoded = ''
  let known: Date | undefined
  let time = ''
  for (const { at, stream, text } of lines) {
    if (text.includes('\n'))
      throw new TypeError(
        `Could not store a log: the text of a line holds a newline, ${JSON.stringify(text.slice(0, 80))}. Split it first.`,
      )
    // Lines that came together share their time.
    if (at !== known) time = at.toISOString()
    known = at
    encoded += `${time} ${streamLetters[stream]} ${text}\n`
  }
  return Buffer.from(encoded)
}

/** Stores a part of a log. One put, which replaces an earlier one. @throws TypeError if a line's text holds a newline. */
export async function writeLog(store: ObjectStore, key: string, lines: readonly LogLine[]): Promise<void> {
  await store.put(key, encodeLog(lines))
}

/**
 * The lines of an attempt's log, of these parts of it, in their order; empty where there is none. A line that was cut off or is foreign is left out.
 * One get for each part, all at once.
 */
export async function readLog(store: ObjectStore, attempt: AttemptAddress, segments: readonly number[]): Promise<LogLine[]> {
  const keys = segments.map((segment) => logKey({ ...attempt, segment }))
  const lines = new Map<string, readonly LogLine[]>()
  for await (const [key, body] of store.getMany(keys)) if (body) lines.set(key, parseLog(body))
  return keys.flatMap((key) => lines.get(key) ?? [])
}

/** The lines that {@link encodeLog} encoded. A line that was cut off or is foreign is left out. */
export function parseLog(body: Uint8Array): LogLine[] {
  return new TextDecoder()
    .decode(body)
    .split('\n')
    .flatMap((line) => {
      const [, at, letter, text] = linePattern.exec(line) ?? []
      return at === undefined || text === undefined
        ? []
        : [{ at: new Date(at), stream: letter === 'o' ? 'stdout' : 'stderr', text } as const]
    })
}
