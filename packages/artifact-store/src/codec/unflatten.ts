import { viewClass } from './binary.ts'
import { chunkBytes, chunkUnits, kind, type Node, type ObjectGraph } from './document.ts'
import { errorClasses } from './error-fields.ts'

/** Bytes that an artifact keeps outside of its encoded bytes, to be brought before it is made. */
export interface Missing {
  /** SHA-256 of each chunk, in order. */
  readonly chunks: readonly string[]
  /** The most bytes that chunk `index` can have. */
  mostBytes(index: number): number
  /** Where the bytes of chunk `index` will lie, for those that lie anywhere as they are: who has written them there need not `fill`. */
  place(index: number): Uint8Array | undefined
  /** Takes the bytes of chunk `index`; returns `false` if they do not fit. They are copied or decoded, not kept. */
  fill(index: number, bytes: Uint8Array): boolean
}

/** A graph on its way back to a value. */
export interface Unflattening {
  readonly missing: readonly Missing[]
  /** Makes the value, once everything missing has been filled in. @throws Error if the graph is none that Millrace writes. */
  finish(): unknown
}

/** Prepares to make the value that {@link ObjectGraph} stands for: buffers are allocated here, once, and filled chunk by chunk. */
export function unflatten([shapes, nodes]: ObjectGraph): Unflattening {
  const missing: Missing[] = []
  const late = new Map<number, () => unknown>()
  for (const [id, [nodeKind, items]] of nodes.entries()) {
    if (nodeKind === kind.chunkedBuffer) {
      const [sizeBytes, ...chunks] = items as [number, ...string[]]
      const target = new Uint8Array(new ArrayBuffer(sizeBytes))
      const lengthOf = (index: number): number => Math.min(chunkBytes, sizeBytes - index * chunkBytes)
      late.set(id, () => target.buffer)
      missing.push({
        chunks,
        mostBytes: lengthOf,
        place: (index) => target.subarray(index * chunkBytes, index * chunkBytes + lengthOf(index)),
        fill(index, bytes) {
          if (bytes.length !== lengthOf(index)) return false
          target.set(bytes, index * chunkBytes)
          return true
        },
      })
    } else if (nodeKind === kind.chunkedText) {
      const parts: string[] = []
      late.set(id, () => parts.join(''))
      missing.push({
        chunks: items as string[],
        mostBytes: () => 3 * chunkUnits,
        place: () => undefined,
        fill(index, bytes) {
          parts[index] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
          return true
        },
      })
    }
  }
  return { missing, finish: () => build(shapes, nodes, late) }
}

/** First every object empty, so that cycles close, then what is in it. */
function build(shapes: ObjectGraph[0], nodes: readonly Node[], late: ReadonlyMap<number, () => unknown>): unknown {
  const values: unknown[] = nodes.map((node, id) => (node[0] === kind.view ? undefined : (late.get(id)?.() ?? makeEmpty(node))))
  for (const [id, node] of nodes.entries()) if (node[0] === kind.view) values[id] = makeView(node, values)
  for (const [id, node] of nodes.entries()) fill(values[id], node, shapes, values)
  return values[0]
}

function makeEmpty([nodeKind, items]: Node): unknown {
  switch (nodeKind) {
    case kind.object:
      return {}
    case kind.bareObject:
      return Object.create(null)
    case kind.array:
      return []
    case kind.map:
      return new Map()
    case kind.set:
      return new Set()
    case kind.date:
      return new Date(items[0] as number)
    case kind.regExp: {
      const [source, flags, lastIndex] = items as [string, string, number]
      const expression = new RegExp(source, flags)
      expression.lastIndex = lastIndex
      return expression
    }
    case kind.error:
      return makeError(items[0] as string)
    case kind.url:
      return new URL(items[0] as string)
    case kind.bigint:
      return parseHexadecimal(items[0] as string)
    case kind.negativeZero:
      return -0
    case kind.buffer:
      return new Uint8Array(items[0] as Uint8Array).buffer
    default:
      throw new Error(`a node of an unknown kind, ${nodeKind}`)
  }
}

function makeError(builtin: string): Error {
  const errorClass = errorClasses.get(builtin) ?? Error
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    const error = builtin === 'AggregateError' ? new AggregateError([], '-') : new errorClass('-')
    for (const name of ['message', 'stack', 'errors']) Reflect.deleteProperty(error, name)
    return error
  } finally {
    Error.stackTraceLimit = limit
  }
}

function makeView([, items]: Node, values: readonly unknown[]): unknown {
  const [className, bufferId, offset, length] = items as [string, number, number, number]
  const buffer = values[bufferId] as ArrayBuffer
  if (className === 'Buffer') return Buffer.from(buffer, offset, length)
  const found = viewClass(className)
  if (!found) throw new Error(`a ${className}, which this version of Node does not have`)
  return new found(buffer, offset, length)
}

function fill(value: unknown, node: Node, shapes: ObjectGraph[0], values: readonly unknown[]): void {
  const [nodeKind, items, refs] = node
  if (nodeKind > kind.error || nodeKind === kind.date || nodeKind === kind.regExp) return
  for (const position of refs) items[position] = values[items[position] as number]
  switch (nodeKind) {
    case kind.array:
      for (const item of items) (value as unknown[]).push(item)
      return
    case kind.map:
      for (let position = 0; position < items.length; position += 2)
        (value as Map<unknown, unknown>).set(items[position], items[position + 1])
      return
    case kind.set:
      for (const item of items) (value as Set<unknown>).add(item)
      return
    case kind.error: {
      const hidden = items[2] as number
      const names = shapes[items[1] as number] ?? []
      for (const [index, name] of names.entries()) define(value as object, name, items[index + 3], index >= hidden)
      return
    }
    default: {
      const names = shapes[items[0] as number] ?? []
      for (let index = 0; index < names.length; index += 1) {
        const name = names[index] as string
        if (name === '__proto__') define(value as object, name, items[index + 1], true)
        else (value as Record<string, unknown>)[name] = items[index + 1]
      }
    }
  }
}

function define(target: object, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, name, { value, enumerable, writable: true, configurable: true })
}

function parseHexadecimal(digits: string): bigint {
  return digits.startsWith('-') ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`)
}
