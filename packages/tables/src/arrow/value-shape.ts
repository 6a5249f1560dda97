import type { DataType } from 'apache-arrow'

/** `apache-arrow` as it was loaded. */
export type Arrow = typeof import('apache-arrow')

type Scalar = 'null' | 'boolean' | 'number' | 'bigint' | 'string' | 'date' | 'bytes'

/** What values of a nested column are. */
export type ValueShape = { readonly kind: Scalar } | { readonly kind: 'list'; item: ValueShape } | StructShape

interface StructShape {
  readonly kind: 'struct'
  readonly fields: Map<string, ValueShape>
}

/** The one shape that all values have; nulls, missing fields and empty lists are of any. @throws TypeError where there is none */
export function shapeOf(values: Iterable<unknown>): ValueShape {
  let shape: ValueShape = { kind: 'null' }
  for (const value of values) shape = widen(shape, value)
  return shape
}

function widen(shape: ValueShape, value: unknown): ValueShape {
  if (value === null || value === undefined) return shape
  if (Array.isArray(value)) {
    const list = shape.kind === 'null' ? { kind: 'list' as const, item: { kind: 'null' } as ValueShape } : shape
    if (list.kind !== 'list') throw mixed(shape, 'list')
    for (const item of value) list.item = widen(list.item, item)
    return list
  }
  const kind = scalarOf(value)
  if (kind) {
    if (shape.kind !== 'null' && shape.kind !== kind) throw mixed(shape, kind)
    return shape.kind === kind ? shape : { kind }
  }
  const struct: ValueShape = shape.kind === 'null' ? { kind: 'struct', fields: new Map() } : shape
  if (struct.kind !== 'struct') throw mixed(shape, 'struct')
  for (const [name, field] of Object.entries(value)) struct.fields.set(name, widen(struct.fields.get(name) ?? { kind: 'null' }, field))
  return struct
}

function scalarOf(value: unknown): Scalar | undefined {
  if (value instanceof Date) return 'date'
  if (value instanceof Uint8Array) return 'bytes'
  const type = typeof value
  return type === 'boolean' || type === 'number' || type === 'bigint' || type === 'string' ? type : undefined
}

function mixed({ kind }: ValueShape, other: string): TypeError {
  return new TypeError(`it has values of the kinds ${kind} and ${other}`)
}

/** The Arrow type of a shape: numbers are `Float64`, dates are timestamps in milliseconds. */
export function shapeToArrow(arrow: Arrow, shape: ValueShape): DataType {
  switch (shape.kind) {
    case 'null':
      return new arrow.Null()
    case 'boolean':
      return new arrow.Bool()
    case 'number':
      return new arrow.Float64()
    case 'bigint':
      return new arrow.Int64()
    case 'string':
      return new arrow.Utf8()
    case 'date':
      return new arrow.TimestampMillisecond('UTC')
    case 'bytes':
      return new arrow.Binary()
    case 'list':
      return new arrow.List(new arrow.Field('item', shapeToArrow(arrow, shape.item), true))
    case 'struct':
      return new arrow.Struct([...shape.fields].map(([name, field]) => new arrow.Field(name, shapeToArrow(arrow, field), true)))
  }
}
