import { MillraceError } from '@millrace/core-graph'
import { describe, expect, test } from 'vitest'
import {
  blobKey,
  catalogKey,
  codeKey,
  logKey,
  parseCatalogKey,
  parseLogKey,
  parseTaskRecordKey,
  runKey,
  runPrefix,
  runsPrefix,
  stepPrefix,
  taskRecordKey,
} from './layout.ts'

const attempt = { flow: 'Squares', run: '3', step: 'compute', task: '7', attempt: 0 }
const sha256 = `ab${'0'.repeat(62)}`

describe('the layout', () => {
  test('is the one that is documented', () => {
    expect(blobKey('Squares', sha256)).toBe(`Squares/blobs/ab/${sha256}`)
    expect(codeKey('Squares', sha256)).toBe(`Squares/code/${sha256}.tgz`)
    expect(runsPrefix('Squares')).toBe('Squares/runs')
    expect(runPrefix(attempt)).toBe('Squares/runs/3')
    expect(runKey(attempt)).toBe('Squares/runs/3/run.json')
    expect(catalogKey('Squares', 12)).toBe('Squares/catalog/000000000012')
    expect(stepPrefix(attempt)).toBe('Squares/runs/3/compute')
    expect(taskRecordKey(attempt)).toBe('Squares/runs/3/compute/7/0.json')
    expect(logKey({ ...attempt, attempt: 2 })).toBe('Squares/runs/3/compute/7/2.log')
    expect(logKey({ ...attempt, attempt: 2, segment: 10 })).toBe('Squares/runs/3/compute/7/2.10.log')
  })

  test.each([
    ['flow', '../Squares'],
    ['flow', '..'],
    ['flow', ''],
    ['run', '3/../4'],
    ['run', '3/start'],
    ['run', '0'],
    ['step', '..'],
    ['step', 'a/b'],
    ['step', 'runs\0'],
    ['task', '7/0.json'],
    ['task', '../1'],
    ['task', 'x'],
  ])('refuses %s %j', (part, text) => {
    for (const key of [taskRecordKey, logKey])
      expect(() => key({ ...attempt, [part]: text })).toThrow(expect.objectContaining({ code: 'invalid-pathspec' }))
  })

  test('refuses a hash that is none, and an attempt that is no count', () => {
    for (const hash of ['', '../../x', sha256.toUpperCase(), `${sha256}0`]) expect(() => blobKey('Squares', hash)).toThrow(RangeError)
    for (const number of [-1, 1.5, Number.NaN, 1e9]) {
      expect(() => taskRecordKey({ ...attempt, attempt: number })).toThrow(RangeError)
      expect(() => logKey({ ...attempt, segment: number })).toThrow(RangeError)
    }
  })

  test('refuses parts that only together look right', () => {
    expect(() => taskRecordKey({ ...attempt, run: '3/compute', step: '7', task: 'total' })).toThrow(MillraceError)
    expect(() => runKey({ flow: 'Squares/3', run: 'compute' })).toThrow(MillraceError)
  })

  test('knows the versions of a catalog again, in the order of their keys, and nothing else', () => {
    for (const sequence of [1, 9, 10, 999_999_999_999]) expect(parseCatalogKey(catalogKey('Squares', sequence))).toBe(sequence)
    expect(catalogKey('Squares', 9) < catalogKey('Squares', 10)).toBe(true)
    for (const key of [
      'Squares/catalog/000000000000',
      'Squares/catalog/12',
      'Squares/catalog/0000000000012',
      'a/Squares/catalog/000000000012',
    ])
      expect(parseCatalogKey(key)).toBeUndefined()
    for (const sequence of [0, -1, 1.5, 1e12]) expect(() => catalogKey('Squares', sequence)).toThrow(RangeError)
  })

  test('knows a record’s key again, and no other', () => {
    expect(parseTaskRecordKey(taskRecordKey(attempt))).toEqual(attempt)
    for (const key of [
      'Squares/runs/3/run.json',
      'Squares/runs/3/compute/7/0.log',
      'Squares/runs/3/compute/7/00.json',
      'Squares/runs/3/Compute/7/0.json',
      'x/Squares/runs/3/compute/7/0.json',
    ])
      expect(parseTaskRecordKey(key)).toBeUndefined()
    for (const segment of [0, 1, 10, 2_900]) expect(parseLogKey(logKey({ ...attempt, segment }))).toEqual({ ...attempt, segment })
    for (const name of ['0.json', '0.0.log', '0.01.log', '0.1.2.log', '.log', '0..log', '0.1.json'])
      expect(parseLogKey(`Squares/runs/3/compute/7/${name}`)).toBeUndefined()
    expect(parseTaskRecordKey('Squares/runs/3/compute/7/0.1.json')).toBeUndefined()
  })
})
