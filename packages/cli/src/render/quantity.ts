/** A count for people: `12,000`. */
export function formatCount(count: number): string {
  // Not toLocaleString: loading its tables takes 10 ms, once in every process.
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A size for people, in powers of 1,000: `12.8 GB`. */
export function formatSize(sizeBytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  let value = sizeBytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${sizeBytes === 1 ? 'byte' : units[unit]}`
}

/** `1 task`, `2 tasks`. */
export function formatPlural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
