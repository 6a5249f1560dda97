import { createPaint, type Paint } from './colors.ts'

/** Where a command writes. Results and task lines go to stdout, what the command itself has to say to stderr. */
export interface Output {
  /** Writes one line, or several, to stdout. */
  print(text: string): void
  /** Writes a message of the command itself to stderr; silent with `--quiet`. */
  note(text: string): void
  /** Writes to stderr, also with `--quiet`. */
  error(text: string): void
  /** Shows a line that the next output replaces, in a terminal only; `undefined` takes it away. */
  status(text: string | undefined): void
  /** Whether a person looks at stderr, so that a status line makes sense. */
  readonly interactive: boolean
  readonly paint: Paint
  readonly paintError: Paint
}

const clearLine = '\r\u001b[2K'

/**
 * The process's own stdout and stderr.
 *
 * When whoever reads stdout has gone (`| head`), a command that only reads ends quietly; with `outlivesReader` it goes on without output.
 */
export function createOutput(options: { readonly quiet: boolean; readonly outlivesReader: boolean }): Output {
  const { stdout, stderr } = process
  const interactive = stderr.isTTY === true && !options.quiet
  let shown: string | undefined
  let gone = false
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
    gone = true
    if (!options.outlivesReader) process.exit()
  }
  stdout.on('error', onError)
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })

  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (shown !== undefined) stderr.write(clearLine)
    stream.write(`${text}\n`)
    if (shown !== undefined) stderr.write(shown)
  }
  return {
    interactive,
    paint: createPaint(stdout),
    paintError: createPaint(stderr),
    print: (text) => {
      if (!gone) write(stdout, text)
    },
    note: (text) => {
      if (!options.quiet) write(stderr, text)
    },
    error: (text) => write(stderr, text),
    status: (text) => {
      if (!interactive) return
      if (text === undefined && shown === undefined) return
      // One column is left free, so that no terminal wraps the line.
      shown = text?.slice(0, (stderr.columns || 80) - 1)
      stderr.write(clearLine + (shown ?? ''))
    },
  }
}
