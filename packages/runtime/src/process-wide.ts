/**
 * One object for the whole process, made on first use: every copy of this package that a process has loaded gets the same one.
 * A flow bundled with its own copy of Millrace and the worker that runs it must agree on what they register.
 */
export function processWide<T>(name: string, make: () => T): T {
  const key = Symbol.for(`millrace.${name}`)
  const holder = globalThis as { [key: symbol]: unknown }
  if (!(key in holder)) holder[key] = make()
  return holder[key] as T
}
