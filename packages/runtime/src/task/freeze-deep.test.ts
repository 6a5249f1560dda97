import { expect, test } from 'vitest'
import { freezeDeep } from './freeze-deep.ts'

test('plain objects and arrays are frozen, to any depth and around any circle', () => {
  const circle: Record<string, unknown> = { list: [{ deep: [1] }] }
  circle.self = circle
  expect(freezeDeep(circle)).toBe(circle)
  expect(() => (circle.list as unknown[]).push(2)).toThrow(TypeError)
  expect(() => ((circle.list as { deep: number[] }[])[0] as { deep: number[] }).deep.sort().push(3)).toThrow(TypeError)
})

test('what cannot be frozen stays as it is', () => {
  const values = [new Uint8Array(3), new Map([[1, 2]]), new Date(0), 'text', 0, null, undefined]
  for (const value of values) expect(freezeDeep(value)).toBe(value)
  expect(Object.isFrozen(values[1])).toBe(false)
})
