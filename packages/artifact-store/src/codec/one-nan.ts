/** The same value, and in place of any NaN one and the same: a processor makes several, JavaScript tells them apart in bytes alone, and equal values must encode equally. */
export const oneNaN = (value: unknown): unknown => (Number.isNaN(value) ? Number.NaN : value)
