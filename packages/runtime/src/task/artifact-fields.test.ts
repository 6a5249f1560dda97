import { type ArtifactRef, constructFlow, FlowSpec, parameter, step } from '@millrace/core-graph'
import { describe, expect, it } from 'vitest'
import { collectFields, defineArtifactFields, defineParameterFields, discardInitialValues } from './artifact-fields.ts'

class Flow extends FlowSpec {
  size = parameter(3)
  total = 0
  names!: string[]
  #scratch = new Map<string, number>([['x', 1]])

  start = step(() => {})

  scratch(): number | undefined {
    return this.#scratch.get('x')
  }
}

const ref: ArtifactRef = { sha256: 'a'.repeat(64), sizeBytes: 1, inline: 'x' }

describe('the artifacts of a flow', () => {
  it('load when they are first read, and not when they are only assigned', () => {
    const instance = constructFlow(Flow)
    const { flow } = instance
    discardInitialValues(instance)
    const loads: string[] = []
    const readNow = (name: string): unknown => {
      loads.push(name)
      return [`value of ${name}`]
    }
    defineArtifactFields(flow, { names: ref, total: ref, passing: ref }, readNow)
    flow.total = 7
    flow.names.push('changed in place')
    expect(flow.names).toEqual(['value of names', 'changed in place'])
    expect(loads).toEqual(['names'])
    expect(collectFields(instance)).toEqual({
      values: new Map<string, unknown>([
        ['names', ['value of names', 'changed in place']],
        ['total', 7],
      ]),
      untouched: ['passing'],
    })
    expect(flow.scratch()).toBe(1)
  })

  it('are unset by undefined and by delete', () => {
    const instance = constructFlow(Flow)
    defineArtifactFields(instance.flow, { names: ref }, () => [])
    Reflect.deleteProperty(instance.flow, 'names')
    Object.assign(instance.flow, { total: undefined })
    expect(collectFields(instance)).toEqual({ values: new Map(), untouched: [] })
  })

  it('have their initial values only until they are discarded', () => {
    const instance = constructFlow(Flow)
    expect(collectFields(instance).values).toEqual(new Map([['total', 0]]))
    discardInitialValues(instance)
    expect(collectFields(instance).values).toEqual(new Map())
  })
})

describe('the parameters of a flow', () => {
  it('can be read, and not assigned, deleted or saved', () => {
    const instance = constructFlow(Flow)
    defineParameterFields(instance, { size: ref }, () => 20)
    expect(instance.flow.size).toBe(20)
    expect(() => {
      instance.flow.size = 4
    }).toThrow(/this\.size is a parameter/)
    expect(Reflect.deleteProperty(instance.flow, 'size')).toBe(false)
    expect(collectFields(instance).values.has('size')).toBe(false)
  })

  it('are undefined where the run was given none', () => {
    const instance = constructFlow(Flow)
    defineParameterFields(instance, {}, () => 20)
    expect(instance.flow.size).toBeUndefined()
  })
})
