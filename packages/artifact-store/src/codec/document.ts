/**
 * How an artifact is encoded: a byte that says which of two forms follows, then msgpack.
 *
 * - `tree`: the value itself. For values of plain objects, arrays, text, numbers, dates in which nothing occurs twice and no number within them is NaN.
 * - `graph`: `[shapes, nodes]`, for everything else. A shape is a list of property names. A node is `[kind, items, refs]`;
 *   `refs` are the positions in `items` that hold the number of another node instead of a value. Node 0 is the value.
 *
 * Flat, so neither depth nor cycles nor sharing needs a stack or a trick.
 */
export const form = { tree: 1, graph: 2 } as const

/** What a node stands for, and what its items are. */
export const kind = {
  /** shape, then a value for each of its names */
  object: 0,
  /** as object, without a prototype */
  bareObject: 1,
  /** the elements */
  array: 2,
  /** key, value, key, value ... */
  map: 3,
  /** the elements */
  set: 4,
  /** milliseconds since 1970, NaN if invalid */
  date: 5,
  /** source, flags, lastIndex */
  regExp: 6,
  /** builtin class, shape, how many of its names are not enumerable (they come first), then the values */
  error: 7,
  /** the text */
  url: 8,
  /** the digits in hexadecimal, with a sign */
  bigint: 9,
  negativeZero: 10,
  /** the bytes */
  buffer: 11,
  /** length in bytes, then the SHA-256 of each chunk: a buffer whose bytes are kept outside, `chunkBytes` a chunk */
  chunkedBuffer: 12,
  /** the SHA-256 of each chunk: text whose UTF-8 is kept outside */
  chunkedText: 13,
  /** class, buffer, offset in bytes, length in elements (bytes for a DataView) */
  view: 14,
} as const

/** One node of a graph. */
export type Node = [kind: number, items: unknown[], refs: number[]]

/** A value in graph form. */
export type ObjectGraph = [shapes: (readonly string[])[], nodes: Node[]]

/** The size of a chunk of a buffer; the last one may be shorter. Part of the format. */
export const chunkBytes: number = 64 * 1024 * 1024

/** The most UTF-16 units of text in a chunk, at most three bytes each. */
export const chunkUnits: number = 16 * 1024 * 1024

/** Buffers above this many bytes, and text above this many UTF-16 units, are kept outside of the encoded bytes. */
export const outsideAbove: number = 64 * 1024
