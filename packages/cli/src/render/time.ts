const pad = (value: number, length = 2): string => String(value).padStart(length, '0')

/** An instant in local time: `2026-11-23 02:43:39.689`. */
export function formatTime(at: Date): string {
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}.${pad(at.getMilliseconds(), 3)}`
}

/** A length of time for people: `63ms`, `0.4s`, `12s`, `3m 20s`, `2h 5m`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 94.5) return `${Math.max(0, Math.round(durationMs))}ms`
  const seconds = durationMs / 1_000
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole}s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return whole % 60 === 0 ? `${minutes}m` : `${minutes}m ${whole % 60}s`
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`
}
