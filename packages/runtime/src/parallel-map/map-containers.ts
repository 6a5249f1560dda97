/**
 * Copies the plain containers of a value (arrays, plain objects, Maps and Sets, cycles and shared references kept), with other objects in them replaced:
 * `replace` gives another object, or `undefined` to leave it, or to have a container copied.
 */
export function mapContainers(root: unknown, replace: (object: object) => object | undefined): unknown {
  const seen = new Map<object, unknown>()

  const visit = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (seen.has(value)) return seen.get(value)
    const other = replace(value)
    if (other !== undefined) {
      seen.set(value, other)
      return other
    }
    return copy(value)
  }

  const copy = (value: object): unknown => {
    if (Array.isArray(value)) {
      const array: unknown[] = new Array(value.length)
      seen.set(value, array)
      for (let index = 0; index < value.length; index += 1) if (index in value) array[index] = visit(value[index])
      return array
    }
    if (value instanceof Map) {
      const map = new Map()
      seen.set(value, map)
      for (const [key, each] of value) map.set(visit(key), visit(each))
      return map
    }
    if (value instanceof Set) {
      const set = new Set()
      seen.set(value, set)
      for (const each of value) set.add(visit(each))
      return set
    }
    if (!isPlain(value)) return value
    const object = {}
    seen.set(value, object)
    for (const [key, each] of Object.entries(value))
      Object.defineProperty(object, key, { value: visit(each), enumerable: true, writable: true, configurable: true })
    return object
  }

  return visit(root)
}

/** Whether any object in the plain containers of a value fulfils `test`. */
export function someInContainers(root: unknown, test: (object: object) => boolean): boolean {
  const seen = new Set<object>()
  const visit = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return false
    seen.add(value)
    if (test(value)) return true
    if (Array.isArray(value)) return value.some(visit)
    if (value instanceof Map) return [...value].some(([key, each]) => visit(key) || visit(each))
    if (value instanceof Set) return [...value].some(visit)
    return isPlain(value) && Object.values(value).some(visit)
  }
  return visit(root)
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
