import { type ParameterDefinition, parameter } from '@millrace/core-graph'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseValue } from './parse-value.ts'

const definition = (made: unknown): ParameterDefinition => made as ParameterDefinition
const number = definition(parameter.number())
const integer = definition(parameter.integer())
const boolean = definition(parameter.boolean())
const json = definition(parameter.json())
const list = definition(parameter.number({ separator: ',' }))

test('every finite number comes back from its text', () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (value) => parseValue(number, [String(value)]) === value))
})

test('every safe integer comes back from its text', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => parseValue(integer, [String(value)]) === value))
})

test('every JSON value comes back from its text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(parseValue(json, [JSON.stringify(value)])).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('a number may be written with underscores and with an exponent', () => {
  expect(parseValue(number, ['1_000.5'])).toBe(1000.5)
  expect(parseValue(integer, ['1e3'])).toBe(1000)
})

test.each(['', ' ', 'ten', '1,5', '1__0', '0x', 'NaN'])('%j is not a number', (text) => {
  expect(() => parseValue(number, [text])).toThrow('is a number, and')
})

test.each(['1.5', 'Infinity', 'NaN', ''])('%j is not a whole number', (text) => {
  expect(() => parseValue(integer, [text])).toThrow(`is a whole number, and ${JSON.stringify(text)} is not`)
})

test('a whole number that JavaScript would round is refused, and a number that it would make infinite too', () => {
  expect(() => parseValue(integer, ['9007199254740993'])).toThrow(
    'is a whole number that JavaScript holds exactly, at most 9007199254740991',
  )
  expect(() => parseValue(number, ['1e999'])).toThrow('is too large for a number of JavaScript: "1e999"')
  expect(parseValue(number, ['-Infinity'])).toBe(Number.NEGATIVE_INFINITY)
})

test('-0 is a number, and no whole number has a sign of zero', () => {
  expect(parseValue(number, ['-0'])).toBe(-0)
  expect(parseValue(integer, ['-0'])).toBe(0)
})

test('a switch reads the usual words', () => {
  expect(['true', 'YES', 'on', '1'].map((text) => parseValue(boolean, [text]))).toEqual([true, true, true, true])
  expect(['false', 'no', 'Off', '0'].map((text) => parseValue(boolean, [text]))).toEqual([false, false, false, false])
  expect(() => parseValue(boolean, ['maybe'])).toThrow('is true or false, and "maybe" is not')
})

test('a list is split, may be repeated and may be empty', () => {
  expect(parseValue(list, ['1,2', '3'])).toEqual([1, 2, 3])
  expect(parseValue(list, [''])).toEqual([])
  expect(() => parseValue(list, ['1,,2'])).toThrow('is a number')
})

test('a separator may be long, and is no pattern', () => {
  const texts = (separator: string, text: string): unknown => parseValue(definition(parameter.string({ separator })), [text])
  expect(texts(' -- ', 'a -- b--c -- ')).toEqual(['a', 'b--c', ''])
  expect(texts('.*', 'a.*b.c')).toEqual(['a', 'b.c'])
  expect(texts('→', 'ä→ö→😀')).toEqual(['ä', 'ö', '😀'])
})

test('a long text is shortened in what is said of it', () => {
  const message = (() => {
    try {
      return parseValue(json, [`{ "a": "${'x'.repeat(100_000)}`])
    } catch (error) {
      return (error as Error).message
    }
  })() as string
  expect(message.length).toBeLessThan(400)
  expect(message).toMatch(/^is JSON, and "\{ .*xxx \.\.\. xxx.*" \(100008 characters\) is not: /)
})

test('JSON of many megabytes is read', () => {
  const rows = Array.from({ length: 100_000 }, (_, id) => ({ id, name: `row ${id}` }))
  expect(parseValue(json, [JSON.stringify(rows)])).toEqual(rows)
  expect(Object.keys(parseValue(json, ['{ "__proto__": { "x": 1 } }']) as object)).toEqual(['__proto__'])
})

test('one value cannot be given twice', () => {
  expect(() => parseValue(number, ['1', '2'])).toThrow('was given 2 times')
})
