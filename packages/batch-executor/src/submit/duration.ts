/** A length of time: milliseconds, or text such as `'90s'`, `'10m'`, `'2h'`, `'5d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A {@link Duration} in milliseconds. @throws RangeError that names `option` where it is none. */
export function durationMs(duration: Duration | string, option: string): number {
  const match = typeof duration === 'number' ? undefined : /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration)
  const ms = typeof duration === 'number' ? duration : match ? Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] : Number.NaN
  if (!Number.isFinite(ms) || ms < 0)
    throw new RangeError(`${option} must be milliseconds or text such as '90s', '10m', '2h', and ${JSON.stringify(duration)} is not.`)
  return ms
}
