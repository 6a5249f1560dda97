/** A time as in listings: `2026-11-23T02:43:39.000Z`, in whole seconds, as `Last-Modified` has it. */
export function formatIsoTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}.000Z`
}

let lastSecond = Number.NaN
let lastText = ''

/** A time as in `Last-Modified`: `Mon, 23 Nov 2026 02:43:39 GMT`. */
export function formatHttpTime(timeMs: number): string {
  const second = Math.floor(timeMs / 1_000)
  if (second !== lastSecond) {
    lastSecond = second
    lastText = new Date(timeMs).toUTCString()
  }
  return lastText
}
