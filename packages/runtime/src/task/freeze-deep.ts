/**
 * Freezes plain objects and arrays, whatever is in them too, and returns the value: a change to a parameter would hold in one task and be lost after it.
 * Maps, dates and typed arrays cannot be frozen.
 */
export function freezeDeep<Value>(value: Value): Value {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null || Object.isFrozen(next) || !isPlain(next)) continue
    Object.freeze(next)
    for (const inner of Object.values(next)) if (typeof inner === 'object' && inner !== null) open.push(inner)
  }
  return value
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}
