import { FlowSpec, MillraceError, step } from '@millrace/core-graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeArtifact } from '../encode.ts'

function refusalOf(value: unknown): string {
  try {
    encodeArtifact('model', value)
  } catch (error) {
    if (!MillraceError.is(error, 'unserializable-artifact')) throw error
    expect(error.subject).toBe('model')
    return error.message
  }
  throw new Error('it was stored')
}

class Layer {
  size = 3
}
class Numbers extends Array {}
class Bytes extends Uint8Array {}
class Flow extends FlowSpec {
  start = step(() => {})
}

const lost: Record<string, [value: () => unknown, problem: string]> = {
  'a function': [() => () => 1, 'is a function'],
  'a class': [() => Layer, 'is a function'],
  'a symbol': [() => Symbol('s'), 'is a symbol'],
  'a class instance': [() => new Layer(), 'is an instance of the class Layer'],
  'an instance of a subclass of Array': [() => Numbers.of(1, 2), 'is an instance of the class Numbers'],
  'an instance of a subclass of a typed array': [() => new Bytes(3), 'is an instance of the class Bytes'],
  'an instance of a subclass of Map': [() => new (class Table extends Map {})(), 'is an instance of the class Table'],
  'an instance of a subclass of Date': [() => new (class Day extends Date {})(), 'is an instance of the class Day'],
  'an object with a prototype of its own': [() => Object.create({ inherited: 1 }), 'is an instance of a class'],
  'a WeakMap': [() => new WeakMap(), 'is an instance of the class WeakMap'],
  'a generator': [() => (function* () {})(), 'is an instance of a class'],
  'a promise': [() => Promise.resolve(1), 'is a Promise'],
  'a Proxy': [() => new Proxy({}, {}), 'is a Proxy'],
  'a Proxy of an array': [() => new Proxy([], {}), 'is a Proxy'],
  'a boxed number': [() => Object(1), 'is a boxed primitive'],
  'a lone surrogate': [() => 'a\uD800', 'holds half of a surrogate pair'],
  'a name with a lone surrogate': [() => ({ '\uDC00': 1 }), 'holds half of a surrogate pair'],
  // biome-ignore lint/suspicious/noSparseArray: that is what is refused.
  'an array with a hole': [() => [1, , 2], 'is a hole in an array'],
  'an array that is one large hole': [() => new Array(1e6), 'is a hole in an array'],
  'an array with a name beside its items': [() => Object.assign([1], { extra: 1 }), 'has a property "extra"'],
  'a long array with a name beside its items': [() => Object.assign(Array(5000).fill(1), { extra: 1 }), 'has properties beside its items'],
  'a typed array with a name beside its items': [() => Object.assign(new Float64Array(9), { extra: 1 }), 'has properties beside its items'],
  'a match of a regular expression': [() => /a/.exec('a'), 'has a property "index"'],
  'an object with a symbol as a name': [() => ({ [Symbol('s')]: 1 }), 'has the symbol Symbol(s) as a name'],
  'an object with a hidden property': [() => Object.defineProperty({ a: 1 }, 'hidden', { value: 1 }), 'has a property "hidden"'],
  'a Date with a property': [() => Object.assign(new Date(), { zone: 'UTC' }), 'has a property "zone"'],
  'a Map with a property': [() => Object.assign(new Map(), { label: 'x' }), 'has a property "label"'],
  'bare shared memory': [() => new SharedArrayBuffer(8), 'is an instance of the class SharedArrayBuffer'],
  'a resizable buffer': [() => new ArrayBuffer(8, { maxByteLength: 16 }), 'is on a resizable buffer'],
  'a view whose buffer was transferred': [
    () => {
      const view = new Uint8Array(8)
      structuredClone(view.buffer, { transfer: [view.buffer] })
      return view
    },
    'is on a buffer that was transferred',
  ],
  'a flow': [() => new Flow(), 'is a flow'],
  'a join’s inputs, with their names': [() => Object.assign([new Flow()], { left: 1 }), 'is a flow'],
  'a step': [() => step(() => {}), 'is a step'],
}

describe('what would be lost is refused', () => {
  test.each(Object.entries(lost))('%s', (_, [make, problem]) => {
    expect(refusalOf(make())).toContain(problem)
    expect(refusalOf({ layers: [0, { odd: make() }] })).toMatch(/^Could not store the artifact model: model\.layers\[1\]\.odd/)
  })

  test('a getter is named, in an object, an array and an error', () => {
    const at = { get: () => 1, enumerable: true }
    expect(refusalOf({ a: Object.defineProperty({}, 'now', at) })).toContain('model.a.now is a getter')
    expect(refusalOf({ a: Object.defineProperty([], 0, at) })).toContain('model.a[0] is a getter')
    expect(refusalOf({ a: Object.defineProperty(new Error('x'), 'now', at) })).toContain('model.a.now is a getter')
  })

  test('the place is written as one would write it', () => {
    const bad = (): void => {}
    const at = (value: unknown): string | undefined => /: (model.*?) is a function/.exec(refusalOf(value))?.[1]
    expect(at(bad)).toBe('model')
    expect(at({ layers: [1, 2, 3, { activation: bad }] })).toBe('model.layers[3].activation')
    expect(at({ 'with space': { ü: bad } })).toBe('model["with space"].ü')
    expect(
      at(
        new Map<unknown, unknown>([
          ['a', 1],
          ['b', [bad]],
        ]),
      ),
    ).toBe('model.get("b")[0]')
    expect(at(new Map<unknown, unknown>([[{ deep: bad }, 1]]))).toBe('model (key 0 of the Map).deep')
    expect(at(new Map<unknown, unknown>([[{}, bad]]))).toBe('model (value 0 of the Map)')
    expect(at(new Set([1, bad]))).toBe('model (item 1 of the Set)')
    expect(at(new Error('x', { cause: { handler: bad } }))).toBe('model.cause.handler')
    expect(at(Object.assign(new AggregateError([1, bad], 'both'), { code: 1 }))).toBe('model.errors[1]')
    expect(at([1, 2.5, -0, 'x', bad])).toBe('model[4]')
    expect(at({ first: { deeper: [[1]] }, second: bad })).toBe('model.second')
  })

  test('a place 100,000 levels deep is found, and its middle is left out of the message', () => {
    let deep: unknown = () => {}
    for (let level = 0; level < 100_000; level += 1) deep = [deep]
    const message = refusalOf(deep)
    expect(message).toContain('(99976 levels)')
    expect(message.length).toBeLessThan(500)
  })

  test('wherever a function stands among things that can be stored, exactly its place is named', () => {
    const step = fc.oneof(fc.nat(3), fc.stringMatching(/^[a-z]{1,5}$/))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.jsonValue(), (path, beside) => {
        const value = path.reduceRight<unknown>(
          (inner, segment) =>
            typeof segment === 'number'
              ? [...Array<unknown>(segment).fill(beside), inner, beside]
              : { $a: beside, [segment]: inner, $b: beside },
          () => {},
        )
        const expected = path.map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`)).join('')
        expect(refusalOf(value)).toContain(`: model${expected} is a function. `)
      }),
    )
  })
})
