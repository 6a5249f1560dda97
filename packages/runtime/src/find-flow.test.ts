import { FlowSpec } from '@millrace/core-graph'
import { describe, expect, it } from 'vitest'
import { findFlow } from './find-flow.ts'

class One extends FlowSpec {}
class Two extends One {}

describe('findFlow', () => {
  it('takes what the module registered, else its only flow, else the one asked for', () => {
    expect(findFlow({ default: One }, Two)).toBe(Two)
    expect(findFlow({ default: One, One, other: 3 }, undefined)).toBe(One)
    expect(findFlow({ One, Two }, undefined, 'Two')).toBe(Two)
  })

  it('refuses none and two', () => {
    expect(() => findFlow({ x: () => 0, y: class {} }, undefined)).toThrow(/exports no flow/)
    expect(() => findFlow({ One, Two }, undefined)).toThrow(/2 flows, One and Two/)
  })
})
