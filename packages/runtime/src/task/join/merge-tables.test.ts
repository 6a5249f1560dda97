import type { ArtifactRef, TaskInput } from '@millrace/core-graph'
import { describe, expect, it } from 'vitest'
import { mergeTables } from './merge-tables.ts'

const refOf = (text: string): ArtifactRef => ({ sha256: text.repeat(64).slice(0, 64), sizeBytes: 1, inline: text })

function inputOf(artifacts: Record<string, string>): TaskInput {
  return { step: 'work', task: '2', artifacts: Object.fromEntries(Object.entries(artifacts).map(([name, text]) => [name, refOf(text)])) }
}

describe('mergeTables', () => {
  const merge = (inputs: TaskInput[], options = {}, set: string[] = []): unknown =>
    Object.fromEntries([...mergeTables({ inputs, options, set: new Set(set), step: 'meet' })].map(([name, ref]) => [name, ref.inline]))

  it('takes what all that have a name agree on, and leaves what is set', () => {
    expect(merge([inputOf({ a: '1', b: '2' }), inputOf({ a: '1', c: '3' })])).toEqual({ a: '1', b: '2', c: '3' })
    expect(merge([inputOf({ a: '1' }), inputOf({ a: '2' })], {}, ['a'])).toEqual({})
  })

  it('names every conflict at once', () => {
    const inputs = [inputOf({ a: '1', b: '1', c: '1' }), inputOf({ a: '2', b: '2', c: '1' })]
    expect(() => merge(inputs)).toThrow(/a, b in the join meet/)
    expect(merge(inputs, { exclude: ['a', 'b'] })).toEqual({ c: '1' })
    expect(merge(inputs, { include: ['c'] })).toEqual({ c: '1' })
  })

  it('names every included artifact that no input has', () => {
    expect(() => merge([inputOf({ a: '1' })], { include: ['a', 'x', 'y'] })).toThrow(/x, y in the join meet/)
  })

  it('takes include or exclude, not both', () => {
    expect(() => merge([], { include: [], exclude: [] })).toThrow(TypeError)
  })
})
