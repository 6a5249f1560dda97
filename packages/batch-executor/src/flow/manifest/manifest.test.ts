import type { TaskSpec } from '@millrace/core-graph'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foreachSpecs } from '../worker/worker-bed.fixture.ts'
import { encodeManifest, manifestRange, parseManifestHead, parseManifestTasks } from './manifest.ts'
import { sliceOf } from './slices.ts'

test('every task comes back as it was, from the range that the head tells', () => {
  const specs = foreachSpecs(50).map((spec, index): TaskSpec => {
    const outer = { kind: 'split', step: 'start', task: '1', branch: 'a', index: 0, count: 2 } as const
    const frames = index % 3 === 0 ? [] : [outer, ...spec.frames.map((frame) => ({ ...frame, label: `項目 ${index} "\n` }))]
    return { ...spec, attempt: index % 2, frames }
  })
  const { body, headBytes } = encodeManifest(specs)
  const head = parseManifestHead(body.subarray(0, headBytes))
  expect(parseManifestTasks(head, body.subarray(headBytes))).toEqual(specs)
  for (const [start, end] of [
    [0, 1],
    [7, 19],
    [49, 50],
    [50, 50],
  ] as const) {
    expect(parseManifestTasks(head, body.subarray(...manifestRange(head, headBytes, [start, end])))).toEqual(specs.slice(start, end))
  }
})

test('what the tasks share is stored once: ten thousand of them take a few bytes each, whatever came before', () => {
  const artifacts = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`artifact${index}`, { sha256: 'a'.repeat(64), sizeBytes: 700, inline: 'x'.repeat(900) }]),
  )
  const input = { step: 'start', task: '1', artifacts }
  const { body, headBytes } = encodeManifest(foreachSpecs(10_000).map((spec) => ({ ...spec, inputs: [input] })))
  expect(headBytes).toBeLessThan(10_000 * 5 + 60_000)
  expect(body.length / 10_000).toBeLessThan(200)
})

test('a manifest of another version is refused', () => {
  expect(() => parseManifestHead(Buffer.from('{"version":2}'))).toThrow('manifest of version 2')
  expect(() => encodeManifest([])).toThrow(RangeError)
})

test('the slices are all tasks once, and differ by at most one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 300 }), (workers, count) => {
      const slices = Array.from({ length: workers }, (_, worker) => sliceOf(worker, { workers, count }))
      expect(slices.flatMap(([start, end]) => Array.from({ length: end - start }, (_, at) => start + at))).toEqual(
        Array.from({ length: count }, (_, at) => at),
      )
      const lengths = slices.map(([start, end]) => end - start)
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1)
    }),
  )
})
