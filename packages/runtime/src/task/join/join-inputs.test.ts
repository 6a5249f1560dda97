import { type ArtifactRef, FlowSpec, type TaskInput } from '@millrace/core-graph'
import { describe, expect, it } from 'vitest'
import { makeInputs } from './join-inputs.ts'

class Flow extends FlowSpec {
  #secret = 1
  square!: number

  double(): number {
    return this.square * 2
  }

  touchSecret(): number {
    return this.#secret
  }
}

const refOf = (text: string): ArtifactRef => ({ sha256: text.repeat(64).slice(0, 64), sizeBytes: 1, inline: text })

function inputOf(artifacts: Record<string, string>, frame?: Partial<TaskInput['frame']>): TaskInput {
  return {
    step: 'work',
    task: '2',
    artifacts: Object.fromEntries(Object.entries(artifacts).map(([name, text]) => [name, refOf(text)])),
    frame: { kind: 'foreach', step: 'start', task: '1', branch: 'work', index: 0, count: 1, item: refOf('i'), ...frame },
  }
}

const load = (position: number, name: string, ref: ArtifactRef): unknown => `${position}.${name}=${ref.inline}`

describe('the inputs of a join', () => {
  it('load an artifact when it is read, once, and have the methods of the flow', () => {
    const loads: string[] = []
    const inputs = makeInputs(
      Flow,
      [inputOf({ square: 'a' }), inputOf({ square: 'b', other: 'c' })],
      (position, name) => {
        loads.push(`${position}.${name}`)
        return position + 10
      },
      () => undefined,
    ) as readonly Flow[]
    expect(inputs).toHaveLength(2)
    expect(inputs.map((input) => input.double())).toEqual([20, 22])
    expect(inputs.map((input) => input.square)).toEqual([10, 11])
    expect(loads).toEqual(['0.square', '1.square'])
    expect(inputs[1]).toBeInstanceOf(Flow)
  })

  it('refuse to be written to or gone on from', () => {
    const [input] = makeInputs(Flow, [inputOf({ square: 'a' })], load, () => undefined) as [Flow]
    expect(() => {
      input.square = 1
    }).toThrow(/this\.square/)
    expect(() => input.mergeArtifacts([])).toThrow(/finished tasks/)
  })

  it('have the names of their branches: the first step and the last', () => {
    const inputs = makeInputs(
      Flow,
      [
        { ...inputOf({}, { kind: 'split', branch: 'a' }), step: 'lastOfA' },
        { ...inputOf({}, { kind: 'split', branch: 'b', index: 1 }), step: 'b' },
      ],
      load,
      () => undefined,
    ) as unknown as readonly Flow[] & Record<string, Flow>
    expect(inputs.a).toBe(inputs[0])
    expect(inputs.lastOfA).toBe(inputs[0])
    expect(inputs.b).toBe(inputs[1])
    expect(Object.keys(inputs)).toEqual(['0', '1'])
  })

  it('know their index and item', () => {
    const [input] = makeInputs(Flow, [inputOf({}, { index: 4, count: 9 })], load, (frame) => `item of ${frame.step}`) as [Flow]
    expect(input.index).toBe(4)
    expect(input.input).toBe('item of start')
    expect(input.foreachStack()).toEqual([{ index: 4, count: 9, input: 'item of start' }])
  })
})
