import { fileURLToPath } from 'node:url'

/** A place in a file; line and column from 1. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The files and places that an error's stack names, innermost first; Node's own are left out. */
export function framesOf(stack: string | undefined): readonly Position[] {
  const frames: Position[] = []
  for (const line of (stack ?? '').split('\n')) {
    const [, place = '', row, column] = /^\s+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/.exec(line) ?? []
    if (place === '') continue
    try {
      frames.push({ file: place.startsWith('file:') ? fileURLToPath(place) : place, line: Number(row), column: Number(column) })
    } catch {
      // A URL of another host names no file here.
    }
  }
  return frames
}
