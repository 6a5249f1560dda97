import { expect, test } from 'vitest'
import { parseArguments, type Spelling } from './parse-arguments.ts'

const spellings = new Map<string, Spelling>([
  ['size', { key: 'size', takesValue: true }],
  ['learning-rate', { key: 'learningRate', takesValue: true }],
  ['learningRate', { key: 'learningRate', takesValue: true }],
  ['fast', { key: 'fast', takesValue: false, bare: 'true' }],
  ['no-fast', { key: 'fast', takesValue: false, bare: 'false' }],
])
const texts = (args: string[], key: string) =>
  parseArguments(args, spellings)
    .values.get(key)
    ?.map(({ text }) => text)

test('a value follows its option or is joined to it by =', () => {
  expect(texts(['--size', '20'], 'size')).toEqual(['20'])
  expect(texts(['--size=20'], 'size')).toEqual(['20'])
  expect(texts(['--size='], 'size')).toEqual([''])
})

test('a negative number and a lone dash are values', () => {
  expect(texts(['--size', '-5'], 'size')).toEqual(['-5'])
  expect(texts(['--size', '-'], 'size')).toEqual(['-'])
})

test('two spellings of an option are one', () => {
  expect(texts(['--learning-rate', '1', '--learningRate=2'], 'learningRate')).toEqual(['1', '2'])
})

test('a value may start with dashes, where it is no option of this command or is joined to its own', () => {
  expect(texts(['--learning-rate', '--1e-3'], 'learningRate')).toEqual(['--1e-3'])
  expect(texts(['--size=--fast'], 'size')).toEqual(['--fast'])
  expect(texts(['--size=-5=3'], 'size')).toEqual(['-5=3'])
  expect(texts(['--size', 'größe 😀'], 'size')).toEqual(['größe 😀'])
})

test('a switch takes no word, and its opposite no value', () => {
  const problems = (...args: string[]) => parseArguments(args, spellings).problems
  expect(problems('--fast', 'true')).toEqual(['--fast is a switch and takes no word after it. Write --fast=true.'])
  expect(problems('--no-fast=true')).toEqual(['--no-fast takes no value. Write --no-fast, or --fast=true.'])
  expect(parseArguments(['--fast', 'end'], spellings)).toMatchObject({ positionals: ['end'], problems: [] })
})

test('a switch is on, off, or what is joined to it', () => {
  expect(texts(['--fast'], 'fast')).toEqual(['true'])
  expect(texts(['--no-fast'], 'fast')).toEqual(['false'])
  expect(texts(['--fast=no'], 'fast')).toEqual(['no'])
})

test('an unknown option is told once, with the nearest that exists, and its value is no positional', () => {
  const { problems, positionals } = parseArguments(['--sise', '20', 'rest'], spellings)
  expect(problems).toEqual(['--sise is not an option here. Did you mean --size?'])
  expect(positionals).toEqual(['rest'])
})

test('an option without its value is told, at the end and before another option', () => {
  expect(parseArguments(['--size'], spellings).problems).toEqual(['--size needs a value: --size=...'])
  expect(parseArguments(['--size', '--fast'], spellings).problems).toEqual(['--size needs a value: --size=...'])
})

test('a name that every object has is no option', () => {
  expect(parseArguments(['--constructor', '--toString=1', '-x'], spellings).problems).toHaveLength(3)
})
