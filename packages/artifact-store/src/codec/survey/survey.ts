import { isArrayBuffer, isBoxedPrimitive, isDate, isMap, isPromise, isProxy, isRegExp, isSet } from 'node:util/types'
import { FlowSpec, StepDefinition } from '@millrace/core-graph'
import { type View, viewClassName } from '../binary.ts'
import { outsideAbove } from '../document.ts'
import { errorFields, isError } from '../error-fields.ts'
import { type PathSegment, refusal } from './refusal.ts'

/** A container whose contents are being walked. */
interface Frame {
  readonly holder: object
  readonly items: readonly unknown[]
  /** The names of `items`, where they have any. */
  readonly names: readonly string[] | undefined
  next: number
}

const data =
  'Store plain data: objects, arrays, Maps, Sets, typed arrays, dates, errors, text and numbers. What cannot be data belongs into a #private field or is made again where it is needed.'
/** Deeper trees are encoded as a graph, which needs no stack. */
const treeDepth = 200
/** Up to this length an array is asked for all its properties; above, `inspect` tells the few beside the items at a fixed cost. */
const shortArray = 64

/**
 * Walks a value before it is encoded, without recursion, and refuses what would be lost: the error names the place.
 *
 * Returns whether the value is a tree that msgpack holds as it is: nothing in it occurs twice, is deep, long, or of a class that msgpack does not have.
 *
 * @throws MillraceError `unserializable-artifact`.
 */
export function surveyArtifact(name: string, value: unknown): { readonly isTree: boolean } {
  return new Survey(name).run(value)
}

class Survey {
  readonly #name: string
  readonly #seen = new Set<object>()
  readonly #frames: Frame[] = []
  #current: Frame | undefined
  #isTree = true

  constructor(name: string) {
    this.#name = name
  }

  run(root: unknown): { readonly isTree: boolean } {
    let frame = this.#visit(root)
    this.#current = frame
    while (frame) {
      let inner: Frame | undefined
      const { items } = frame
      while (frame.next < items.length) {
        const item = items[frame.next++]
        if (item === undefined) {
          if (!Object.hasOwn(items, frame.next - 1)) this.#refuse('is a hole in an array', 'Fill it, or put undefined there.')
        } else {
          inner = this.#visit(item)
          if (inner) break
        }
      }
      if (inner) {
        if (this.#frames.push(frame) > treeDepth) this.#isTree = false
        frame = inner
      } else frame = this.#frames.pop()
      this.#current = frame
    }
    return { isTree: this.#isTree }
  }

  #visit(value: unknown): Frame | undefined {
    switch (typeof value) {
      case 'string':
        if (value.length > outsideAbove) this.#isTree = false
        if (!value.isWellFormed()) this.#refuse('holds half of a surrogate pair', 'Repair the text with toWellFormed().')
        return undefined
      case 'number':
        // What holds a NaN is encoded as a graph, where it is made the one that all are.
        if ((value === 0 && 1 / value < 0) || Number.isNaN(value)) this.#isTree = false
        return undefined
      case 'bigint':
        if (BigInt.asIntN(64, value) !== value) this.#isTree = false
        return undefined
      case 'symbol':
        return this.#refuse('is a symbol', data)
      case 'function':
        return this.#refuse('is a function', data)
      case 'object':
        return value === null ? undefined : this.#visitObject(value)
      default:
        return undefined
    }
  }

  #visitObject(value: object): Frame | undefined {
    if (this.#seen.has(value)) {
      this.#isTree = false
      return undefined
    }
    this.#seen.add(value)
    if (isProxy(value)) this.#refuse('is a Proxy', 'Store a plain copy of what it stands for.')
    if (Array.isArray(value)) return this.#visitArray(value)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return this.#visitPlain(value as Record<string, unknown>)
    return this.#visitInstance(value, prototype as object)
  }

  #visitArray(array: readonly unknown[]): Frame {
    // A join's inputs have names beside their items; that they are flows says more.
    if (!(array[0] instanceof FlowSpec)) {
      if (Object.getPrototypeOf(array) !== Array.prototype) this.#refuseInstance(array)
      if (array.length <= shortArray) {
        const keys = Reflect.ownKeys(array)
        if (keys.length > array.length + 1) this.#refuseProperty(keys.find((key) => typeof key === 'symbol' || !isItemKey(key)) ?? '')
        for (let index = 0; index < array.length; index += 1) this.#checkProperty(array, index)
      } else this.#refuseLongArrayExtras(array)
    }
    return { holder: array, items: array, names: undefined, next: countNumbers(array) }
  }

  #visitPlain(object: Record<string, unknown>): Frame {
    const names = Object.keys(object)
    // Reflect.ownKeys says the same in one call, and takes three times as long.
    if (Object.getOwnPropertyNames(object).length !== names.length || Object.getOwnPropertySymbols(object).length > 0)
      this.#refuseHidden(object)
    for (const name of names) this.#checkProperty(object, name)
    if (object.constructor !== Object || Object.hasOwn(object, '__proto__')) this.#isTree = false
    return { holder: object, items: this.#checkNames(Object.values(object), names), names, next: 0 }
  }

  #visitInstance(value: object, prototype: object): Frame | undefined {
    if (isDate(value) && prototype === Date.prototype) return this.#refuseExtras(value)
    this.#isTree = false
    if (value instanceof FlowSpec)
      return this.#refuse(
        'is a flow',
        'Maybe you assigned this, or one of the inputs, to a field: assign the artifact that you want of it, such as inputs[0].total.',
      )
    if (StepDefinition.is(value))
      return this.#refuse(
        'is a step',
        'A step is a field that never changes: name steps only in this.next(...), and store their names if you must.',
      )
    if (isMap(value) && prototype === Map.prototype) {
      this.#refuseExtras(value)
      return { holder: value, items: [...value].flat(), names: undefined, next: 0 }
    }
    if (isSet(value) && prototype === Set.prototype) {
      this.#refuseExtras(value)
      return { holder: value, items: [...value], names: undefined, next: 0 }
    }
    if (isError(value)) {
      for (const name of Object.keys(value)) this.#checkProperty(value, name)
      const { names, values } = errorFields(value)
      return { holder: value, items: this.#checkNames(values, names), names, next: 0 }
    }
    if (ArrayBuffer.isView(value)) return this.#visitView(value)
    if (isArrayBuffer(value) && prototype === ArrayBuffer.prototype) {
      this.#checkBuffer(value)
      return this.#refuseExtras(value)
    }
    if (isRegExp(value) && prototype === RegExp.prototype) {
      if (typeof value.lastIndex !== 'number') this.#refuse('has a lastIndex that is no number', 'Set it to a number.')
      return this.#refuseExtras(value, ['lastIndex'])
    }
    if (value instanceof URL && prototype === URL.prototype) return this.#refuseExtras(value)
    return this.#refuseInstance(value)
  }

  #visitView(view: View): undefined {
    if (viewClassName(view) === undefined) this.#refuseInstance(view)
    this.#checkBuffer(view.buffer)
    const length = view instanceof DataView ? 0 : view.byteLength
    if (length > 0) this.#refuseLongArrayExtras(view)
    else this.#refuseExtras(view)
  }

  #checkBuffer(buffer: ArrayBufferLike): void {
    if (!(buffer instanceof ArrayBuffer)) return
    if (buffer.detached) this.#refuse('is on a buffer that was transferred to another thread', 'Store it before the transfer, or a copy.')
    if (buffer.resizable) this.#refuse('is on a resizable buffer', 'Store a copy of fixed length: slice() makes one.')
  }

  #checkProperty(holder: object, key: string | number): void {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key)
    if (descriptor && (descriptor.get || descriptor.set)) {
      this.#enter(holder, key)
      this.#refuse('is a getter', 'Store the value that it gives.')
    }
  }

  #checkNames(items: readonly unknown[], names: readonly string[]): readonly unknown[] {
    for (const name of names)
      if (!name.isWellFormed())
        this.#refuse(`has the name ${JSON.stringify(name)}, which holds half of a surrogate pair`, 'Repair the name with toWellFormed().')
    return items
  }

  #refuseHidden(object: object): never {
    const hidden = Reflect.ownKeys(object).find(
      (key) => !Object.prototype.propertyIsEnumerable.call(object, key) || typeof key === 'symbol',
    )
    return this.#refuseProperty(hidden ?? '')
  }

  #refuseExtras(value: object, known: readonly PropertyKey[] = []): undefined {
    const extra = Reflect.ownKeys(value).find((key) => !known.includes(key))
    if (extra !== undefined) this.#refuseProperty(extra)
  }

  #refuseLongArrayExtras(array: object): void {
    // Loaded here: as an import it would cost every process 3 ms.
    const { inspect } = process.getBuiltinModule('node:util')
    const shown = inspect(array, { maxArrayLength: 0, depth: 0, customInspect: false, breakLength: Number.POSITIVE_INFINITY })
    if (!/\[ \.\.\. \d+ more items? \]$/.test(shown))
      this.#refuse('has properties beside its items', 'Store them as artifacts of their own, or use an object or a Map.')
  }

  #refuseProperty(key: PropertyKey): never {
    return typeof key === 'symbol'
      ? this.#refuse(`has the symbol ${String(key)} as a name`, 'Use text as the name.')
      : this.#refuse(
          `has a property ${JSON.stringify(key)} that would be lost`,
          'Make it an ordinary property of a plain object, or store it as an artifact of its own.',
        )
  }

  #refuseInstance(value: object): never {
    if (isBoxedPrimitive(value)) return this.#refuse('is a boxed primitive', 'Store the primitive itself: valueOf() gives it.')
    if (isPromise(value)) return this.#refuse('is a Promise', 'Await it, and store what it gives.')
    const madeBy: unknown = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(value), 'constructor')?.value
    const className = typeof madeBy === 'function' && madeBy.name ? `the class ${madeBy.name}` : 'a class'
    return this.#refuse(`is an instance of ${className}, which would come back without it`, data)
  }

  /** Adds a last step to the path for an error. */
  #enter(holder: object, key: string | number): void {
    if (this.#current) this.#frames.push(this.#current)
    const names = typeof key === 'string' ? [key] : undefined
    this.#current = { holder, items: [], names, next: names ? 1 : Number(key) + 1 }
  }

  #refuse(problem: string, advice: string): never {
    const frames = this.#current ? [...this.#frames, this.#current] : this.#frames
    throw refusal(this.#name, frames.map(segmentOf), problem, advice)
  }
}

/** How many items at the front are numbers that msgpack holds as they are. A loop of its own, which V8 runs without boxing: arrays of numbers are long. */
function countNumbers(array: readonly unknown[]): number {
  let count = 0
  while (count < array.length) {
    const item = array[count]
    if (typeof item !== 'number' || (item === 0 && 1 / item < 0) || Number.isNaN(item)) break
    count += 1
  }
  return count
}

function isItemKey(key: string): boolean {
  return key === 'length' || /^(?:0|[1-9]\d*)$/.test(key)
}

function segmentOf({ holder, items, names, next }: Frame): PathSegment {
  const position = next - 1
  if (names) return names[position] ?? ''
  if (holder instanceof Set) return { part: ` (item ${position} of the Set)` }
  if (!(holder instanceof Map)) return position
  if (position % 2 === 0) return { part: ` (key ${position / 2} of the Map)` }
  const key = items[position - 1]
  return {
    part: typeof key === 'string' || typeof key === 'number' ? `.get(${JSON.stringify(key)})` : ` (value ${(position - 1) / 2} of the Map)`,
  }
}
