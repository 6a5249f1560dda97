/** What a check has found. */
export interface Finding {
  /** What was looked at: `queue`, `image`. */
  readonly what: string
  /** `open`: it could not be looked at from here, which need not be a problem. */
  readonly status: 'ok' | 'problem' | 'open'
  /** A sentence: what was found, and where it is a problem how to mend it. */
  readonly text: string
}

/** A finding that all is well. */
export function fine(what: string, text: string): Finding {
  return { what, status: 'ok', text }
}

/** A finding that something must be mended. */
export function problem(what: string, text: string): Finding {
  return { what, status: 'problem', text }
}

/** A finding that something could not be looked at. */
export function open(what: string, text: string): Finding {
  return { what, status: 'open', text }
}
