import type { LogLine, ObjectStore } from '@millrace/core-graph'

const streamLetters = { stdout: 'o', stderr: 'e' } as const
const linePattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([oe]) (.*)$/s

/**
 * Stores an attempt's log: a text file with a line `<ISO time> <o or e> <text>` for each, `o` for stdout. One put, which replaces an earlier one.
 *
 * @throws TypeError if a line's text holds a newline.
 */
export async function writeLog(store: ObjectStore, key: string, lines: readonly LogLine[]): Promise<void> {
  const parts: string[] = []
  for (const { at, stream, text } of lines) {
    if (text.includes('\n'))
      throw new TypeError(`Could not store the log ${key}: a line's text holds a newline. Split it into lines first.`)
    parts.push(at.toISOString(), ' ', streamLetters[stream], ' ', text, '\n')
  }
  await store.put(key, Buffer.from(parts.join('')))
}

/** The lines of a log in the order they were written; empty where there is none. A line that was cut off or is foreign is left out. One get. */
export async function readLog(store: ObjectStore, key: string): Promise<LogLine[]> {
  const body = await store.get(key)
  if (!body) return []
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
