import { type View, viewClassName, viewLength } from './binary.ts'
import { chunkBytes, chunkUnits, kind, type Node, type ObjectGraph, outsideAbove } from './document.ts'
import { errorFields, isError } from './error-fields.ts'
import { oneNaN } from './one-nan.ts'

/** Bytes that are kept outside of an artifact's encoded bytes. Each chunk's hash must be given before the graph is packed. */
export interface Outside {
  readonly chunkCount: number
  /** The bytes of chunk `index`, from 0: a view where they lie in memory, otherwise made by the call. */
  chunk(index: number): Uint8Array
  setHash(index: number, sha256: string): void
  readonly sizeBytes: number
}

/** The graph form of a value that `surveyArtifact` has passed, and what it keeps outside. */
export interface Flattened {
  readonly graph: ObjectGraph
  readonly outside: readonly Outside[]
}

/** Turns a value into a flat list of nodes, breadth first: no recursion, each object once, so that identity, cycles and depth survive. */
export function flatten(root: unknown): Flattened {
  return new Flattening().run(root)
}

interface SharedBuffer {
  readonly id: number
  readonly buffer: ArrayBufferLike
  readonly views: View[]
  readonly viewNodes: Node[]
  isWhole: boolean
}

class Flattening {
  readonly #shapes: (readonly string[])[] = []
  readonly #shapeIds = new Map<string, number>()
  readonly #nodes: Node[] = []
  readonly #ids = new Map<unknown, number>()
  readonly #queue: unknown[] = []
  readonly #queueIds: number[] = []
  readonly #buffers = new Map<ArrayBufferLike, SharedBuffer>()
  readonly #outside: Outside[] = []

  run(root: unknown): Flattened {
    this.#idOf(root)
    for (let position = 0; position < this.#queue.length; position += 1) {
      this.#fill(this.#nodes[this.#queueIds[position] as number] as Node, this.#queue[position])
      this.#queue[position] = undefined
    }
    for (const shared of this.#buffers.values()) this.#placeBuffer(shared)
    return { graph: [this.#shapes, this.#nodes], outside: this.#outside }
  }

  #newNode(): number {
    return this.#nodes.push([kind.negativeZero, [], []]) - 1
  }

  /** The node of a value; made, and queued to be filled, when it is new. */
  #idOf(value: unknown): number {
    if (value instanceof ArrayBuffer) {
      const shared = this.#sharedBuffer(value)
      shared.isWhole = true
      return shared.id
    }
    // A Map takes -0 for 0, which is no harm: 0 itself is inline.
    const known = this.#ids.get(value)
    if (known !== undefined) return known
    const id = this.#newNode()
    this.#ids.set(value, id)
    this.#queue.push(value)
    this.#queueIds.push(id)
    return id
  }

  #add(node: Node, value: unknown): void {
    if (isInline(value)) node[1].push(oneNaN(value))
    else node[2].push(node[1].push(this.#idOf(value)) - 1)
  }

  #addAll(node: Node, values: Iterable<unknown>): void {
    for (const value of values) this.#add(node, value)
  }

  #fill(node: Node, value: unknown): void {
    const items = node[1]
    if (typeof value === 'string' && value.length > outsideAbove) this.#fillText(node, value)
    else if (typeof value === 'bigint') this.#set(node, kind.bigint, value.toString(16))
    else if (typeof value !== 'object' || value === null) {
      // -0 alone: every other primitive is inline, and a node says it by its kind.
      node[0] = kind.negativeZero
    } else if (Array.isArray(value)) {
      node[0] = kind.array
      this.#addAll(node, value)
    } else if (value instanceof Map) {
      node[0] = kind.map
      for (const entry of value) this.#addAll(node, entry)
    } else if (value instanceof Set) {
      node[0] = kind.set
      this.#addAll(node, value)
    } else if (value instanceof Date) this.#set(node, kind.date, oneNaN(value.getTime()))
    else if (value instanceof RegExp) this.#set(node, kind.regExp, value.source, value.flags, oneNaN(value.lastIndex))
    else if (value instanceof URL) this.#set(node, kind.url, value.href)
    else if (ArrayBuffer.isView(value)) this.#fillView(node, value)
    else if (isError(value)) {
      const { builtin, names, values, hidden } = errorFields(value)
      this.#set(node, kind.error, builtin, this.#shapeOf(names), hidden)
      this.#addAll(node, values)
    } else {
      node[0] = Object.getPrototypeOf(value) === null ? kind.bareObject : kind.object
      const names = Object.keys(value)
      items.push(this.#shapeOf(names))
      for (const name of names) this.#add(node, (value as Record<string, unknown>)[name])
    }
  }

  #set(node: Node, nodeKind: number, ...items: unknown[]): void {
    node[0] = nodeKind
    node[1].push(...items)
  }

  #shapeOf(names: readonly string[]): number {
    const key = JSON.stringify(names)
    const known = this.#shapeIds.get(key)
    if (known !== undefined) return known
    const id = this.#shapes.push(names) - 1
    this.#shapeIds.set(key, id)
    return id
  }

  #fillText(node: Node, value: string): void {
    const starts = chunkStarts(value)
    node[0] = kind.chunkedText
    this.#outside.push({
      chunkCount: starts.length,
      chunk: (index) => Buffer.from(value.slice(starts[index], starts[index + 1])),
      setHash: (index, sha256) => {
        node[1][index] = sha256
      },
      sizeBytes: Buffer.byteLength(value),
    })
  }

  #fillView(node: Node, view: View): void {
    const className = viewClassName(view) as string
    // Small Buffers lie in a pool that they share by chance with others: each is a value of its own.
    const shared = className === 'Buffer' ? this.#loneBuffer(view) : this.#sharedBuffer(view.buffer)
    this.#set(node, kind.view, className, shared.id, view.byteOffset, viewLength(view))
    node[2].push(1)
    shared.views.push(view)
    shared.viewNodes.push(node)
    if (className === 'Buffer') this.#placeBuffer(shared)
  }

  #loneBuffer(view: View): SharedBuffer {
    return { id: this.#newNode(), buffer: view.buffer, views: [], viewNodes: [], isWhole: false }
  }

  #sharedBuffer(buffer: ArrayBufferLike): SharedBuffer {
    const known = this.#buffers.get(buffer)
    if (known) return known
    const shared: SharedBuffer = { id: this.#newNode(), buffer, views: [], viewNodes: [], isWhole: false }
    this.#buffers.set(buffer, shared)
    return shared
  }

  /** Keeps of a buffer what the views in the value reach, all of it if the value holds the buffer itself. */
  #placeBuffer({ id, buffer, views, viewNodes, isWhole }: SharedBuffer): void {
    let start = 0
    let end = buffer.byteLength
    const [only] = views
    if (!isWhole && views.length === 1 && only) {
      start = only.byteOffset
      end = start + only.byteLength
    } else if (!isWhole) {
      // A multiple of 8, so that every view stays aligned.
      start = Math.floor(views.reduce((least, view) => Math.min(least, view.byteOffset), end) / 8) * 8
      end = views.reduce((most, view) => Math.max(most, view.byteOffset + view.byteLength), 0)
    }
    for (const node of viewNodes) node[1][2] = (node[1][2] as number) - start
    const bytes = new Uint8Array(buffer, start, end - start)
    const node = this.#nodes[id] as Node
    if (bytes.length <= outsideAbove) {
      this.#set(node, kind.buffer, bytes)
      return
    }
    this.#set(node, kind.chunkedBuffer, bytes.length)
    this.#outside.push({
      chunkCount: Math.ceil(bytes.length / chunkBytes),
      chunk: (index) => bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
      setHash: (index, sha256) => {
        node[1][index + 1] = sha256
      },
      sizeBytes: bytes.length,
    })
  }
}

/** Whether msgpack holds a value as it is. */
function isInline(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.length <= outsideAbove
    case 'number':
      return !Object.is(value, -0)
    case 'bigint':
      return BigInt.asIntN(64, value) === value
    case 'object':
      return value === null
    default:
      return true
  }
}

/** Where each chunk of a text starts: never between the halves of a surrogate pair. */
function chunkStarts(value: string): number[] {
  const starts = [0]
  for (let start = chunkUnits; start < value.length; start += chunkUnits) {
    const unit = value.charCodeAt(start)
    if (unit >= 0xdc00 && unit < 0xe000) start -= 1
    starts.push(start)
  }
  return starts
}
