/**
 * The headers of one answer, looked for in its text by the engine's own search: fast from the first answer on, where marks of every line took a loop
 * that 10,000 answers barely warm up, and more memory than the text.
 */
export class HeaderLines {
  readonly #text: string

  /** @param text A well-formed head, its status line and its empty line included. */
  constructor(text: string) {
    this.#text = text
  }

  /** The value of a header by its name in lower case, without the space around it; several of one name are joined by `, `. */
  value(name: string): string | undefined {
    const line = lineStart(name)
    const lowerText = inLowerCase(this.#text)
    let joined: string | undefined
    for (let at = lowerText.indexOf(line); at !== -1; ) {
      const start = at + line.length
      at = this.#text.indexOf('\r\n', start)
      const value = trimBlanks(this.#text.slice(start, at))
      joined = joined === undefined ? value : `${joined}, ${value}`
      at = lowerText.indexOf(line, at)
    }
    return joined
  }

  /** Whether there is a header whose name, in lower case, begins so. */
  has(namePrefix: string): boolean {
    return inLowerCase(this.#text).includes(`\r\n${namePrefix}`)
  }

  /** Every header, names in lower case, as sent. */
  *entries(): Generator<[name: string, value: string]> {
    for (const line of this.#text.split('\r\n').slice(1, -2)) {
      const colon = line.indexOf(':')
      yield [line.slice(0, colon).toLowerCase(), trimBlanks(line.slice(colon + 1))]
    }
  }
}

let lastText = ''
let lastLowerText = ''

/** Of the head that was asked last: questions to one come together, and none keeps its text twice. Latin-1 has the same length in lower case. */
function inLowerCase(text: string): string {
  if (text !== lastText) {
    lastText = text
    lastLowerText = text.toLowerCase()
  }
  return lastLowerText
}

/** A line's end with the begin of a header of this name. Few names are ever asked for. */
function lineStart(name: string): string {
  let line = lineStarts.get(name)
  if (line === undefined) {
    line = `\r\n${name}:`
    lineStarts.set(name, line)
  }
  return line
}

const lineStarts = new Map<string, string>()

/** RFC 9110 5.6.3: blanks are spaces and tabs, and nothing else that `trim` would take. */
function trimBlanks(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isBlank(value.charCodeAt(start))) start += 1
  while (end > start && isBlank(value.charCodeAt(end - 1))) end -= 1
  return value.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}
