const maxLength = 30
const maxParts = 6

/** A foreach's item as text of at most 30 characters, for people. Takes the same short time however large the item is. */
export function itemLabel(item: unknown): string {
  const text = typeof item === 'string' ? item.slice(0, maxLength + 1) : describe(item, 2)
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
}

function describe(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, maxLength))
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (Array.isArray(value)) {
    if (value.length > maxParts || depth === 0) return `[${value.length} items]`
    return `[${value.map((each) => describe(each, depth - 1)).join(',')}]`
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    const size = 'size' in value ? value.size : 'length' in value ? value.length : undefined
    return `${value.constructor?.name ?? 'object'}${size === undefined ? '' : `(${size})`}`
  }
  const keys = Object.keys(value)
  if (depth === 0) return `{${keys.length} fields}`
  return `{${keys.slice(0, maxParts).map((key) => `${key}:${describe((value as Record<string, unknown>)[key], depth - 1)}`)}}`
}
