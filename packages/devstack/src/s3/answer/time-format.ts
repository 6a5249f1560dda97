/** A time as in listings: `2026-11-23T02:43:39.000Z`, in whole seconds, as `Last-Modified` has it. */
export function formatIsoTime(timeMs: number): string {
  return isoTimes.of(timeMs)
}

/** A time as in `Last-Modified`: `Mon, 23 Nov 2026 02:43:39 GMT`. */
export function formatHttpTime(timeMs: number): string {
  return httpTimes.of(timeMs)
}

/** Neighbours in a listing are mostly of the same second: the text of the last one is kept. */
class SecondTexts {
  readonly #format: (time: Date) => string
  #second = Number.NaN
  #text = ''

  constructor(format: (time: Date) => string) {
    this.#format = format
  }

  of(timeMs: number): string {
    const second = Math.floor(timeMs / 1_000)
    if (second !== this.#second) {
      this.#text = this.#format(new Date(second * 1_000))
      this.#second = second
    }
    return this.#text
  }
}

const isoTimes = new SecondTexts((time) => time.toISOString())
const httpTimes = new SecondTexts((time) => time.toUTCString())
