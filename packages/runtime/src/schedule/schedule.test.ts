import type { Graph, Transition } from '@millrace/core-graph'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { graphOf, nestedGraph, node, recordOf, anyRef as ref } from './schedule.fixture.ts'
import { type PlannedTask, Schedule } from './schedule.ts'

const linear = (...targets: string[]): Transition => ({ kind: targets.length > 1 ? 'split' : 'linear', targets })

/** Runs a whole flow: each task goes where its node says, foreaches by `width`, in the order that `pick` chooses. */
function simulate(graph: Graph, width: number, pick: (waiting: number) => number): { schedule: Schedule; done: PlannedTask[] } {
  const schedule = new Schedule(graph)
  const waiting = [schedule.begin()]
  const done: PlannedTask[] = []
  while (waiting.length > 0) {
    const [task] = waiting.splice(pick(waiting.length), 1) as [PlannedTask]
    done.push(task)
    const { kind, targets } = task.node
    const transition: Transition | undefined =
      kind === 'end' ? undefined : kind === 'foreach' ? { kind, targets: [targets[0] ?? ''], count: width, items: ref } : linear(...targets)
    const items = Array.from({ length: width }, (_, index) => ({ ref, label: String(index) }))
    waiting.push(...schedule.succeeded(recordOf(task, transition), kind === 'foreach' ? items : []))
  }
  return { schedule, done }
}

describe('Schedule', () => {
  it('gives a foreach join its inputs in item order, whatever the order in which they finish', () => {
    const graph = graphOf(
      node('start', 'foreach', ['work']),
      node('work', 'linear', ['gather']),
      node('gather', 'linear', ['end'], true),
      node('end', 'end', []),
    )
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 30 }), (choices, width) => {
        const { done, schedule } = simulate(graph, width, (waiting) => (choices.next().value ?? 0) % waiting)
        const gather = done.find((task) => task.node.name === 'gather')
        expect(gather?.inputs.map((input) => input.frame?.index)).toEqual(Array.from({ length: width }, (_, index) => index))
        expect(gather?.frames).toEqual([])
        expect(done).toHaveLength(width + 3)
        expect(schedule.ended).toBe(true)
      }),
    )
  })

  it('gives a static join its inputs in the order of the arguments of this.next', () => {
    const graph = graphOf(
      node('start', 'split', ['right', 'left']),
      node('left', 'linear', ['meet']),
      node('right', 'linear', ['meet']),
      node('meet', 'linear', ['end'], true),
      node('end', 'end', []),
    )
    const { done } = simulate(graph, 0, (waiting) => waiting - 1)
    expect(done.find((task) => task.node.name === 'meet')?.inputs.map((input) => input.step)).toEqual(['right', 'left'])
  })

  it('keeps nested foreaches apart: 36 leaves in 6 groups in 3 groups', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (choices) => {
        const { done } = simulate(nestedGraph, 6, (waiting) => (choices.next().value ?? 0) % waiting)
        const groups = done.filter((task) => task.node.name === 'joinInner')
        expect(groups).toHaveLength(6)
        for (const group of groups) {
          expect(group.inputs.map((input) => input.frame?.index)).toEqual([0, 1, 2, 3, 4, 5])
          expect(new Set(group.inputs.map((input) => input.frame?.task)).size).toBe(1)
          expect(group.frames).toHaveLength(1)
        }
      }),
    )
  })

  it('counts a branch once whichever way a switch in it went', () => {
    const graph = graphOf(
      node('start', 'split', ['a', 'b']),
      node('a', 'switch', ['c', 'd']),
      node('b', 'linear', ['meet']),
      node('c', 'linear', ['meet']),
      node('d', 'linear', ['meet']),
      node('meet', 'linear', ['end'], true),
      node('end', 'end', []),
    )
    const schedule = new Schedule(graph)
    const [a, b] = schedule.succeeded(recordOf(schedule.begin(), linear('a', 'b'))) as [PlannedTask, PlannedTask]
    const [d] = schedule.succeeded(recordOf(a, linear('d'))) as [PlannedTask]
    expect(schedule.succeeded(recordOf(b, linear('meet')))).toEqual([])
    const [meet] = schedule.succeeded(recordOf(d, linear('meet')))
    expect(meet?.inputs.map((input) => [input.step, input.frame?.branch])).toEqual([
      ['d', 'a'],
      ['b', 'b'],
    ])
  })

  it('makes a new task for each turn of a loop', () => {
    const graph = graphOf(node('start', 'linear', ['loop']), node('loop', 'switch', ['loop', 'end']), node('end', 'end', []))
    const schedule = new Schedule(graph)
    let [task] = schedule.succeeded(recordOf(schedule.begin(), linear('loop'))) as [PlannedTask]
    const ids = [task.task]
    for (let turn = 0; turn < 3; turn += 1) {
      ;[task] = schedule.succeeded(recordOf(task, linear('loop'))) as [PlannedTask]
      ids.push(task.task)
    }
    expect(ids).toEqual(['2', '3', '4', '5'])
    const [end] = schedule.succeeded(recordOf(task, linear('end'))) as [PlannedTask]
    schedule.succeeded(recordOf(end, undefined))
    expect(schedule.ended).toBe(true)
  })

  it('refuses a transition that the source does not show', () => {
    const schedule = new Schedule(graphOf(node('start', 'linear', ['end']), node('end', 'end', []), node('other', 'end', [])))
    expect(() => schedule.succeeded(recordOf(schedule.begin(), linear('other')))).toThrow(/start\/1.*"other"/)
    expect(() => schedule.succeeded(recordOf(schedule.begin(), undefined))).toThrow(/ended without this.next/)
  })

  it('numbers a retry as the same task and the next attempt', () => {
    const schedule = new Schedule(graphOf(node('start', 'end', [])))
    const first = schedule.begin()
    expect(schedule.again(first)).toMatchObject({ task: '1', attempt: 1 })
    expect(schedule.planned).toBe(1)
  })
})
