/** Repeated measurements in short. */
export interface Summary {
  readonly median: number
  readonly minimum: number
  readonly maximum: number
}

/** The median and the spread of `values`. @throws RangeError for none. */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((left, right) => left - right)
  const [minimum, maximum] = [sorted[0], sorted.at(-1)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  const upper = sorted[Math.ceil((sorted.length - 1) / 2)]
  if (minimum === undefined || maximum === undefined || lower === undefined || upper === undefined)
    throw new RangeError('Could not summarise no measurements at all')
  return { median: (lower + upper) / 2, minimum, maximum }
}

/** `1.23 s (1.20 to 1.31)`. */
export function formatSummary({ median, minimum, maximum }: Summary, unit: string, digits = 0): string {
  return `${median.toFixed(digits)} ${unit} (${minimum.toFixed(digits)} to ${maximum.toFixed(digits)})`
}
