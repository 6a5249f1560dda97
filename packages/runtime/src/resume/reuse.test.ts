import type { Graph, RunRecord, TaskRecord, Transition } from '@millrace/core-graph'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { graphOf, nestedGraph, node, recordOf, anyRef as ref } from '../schedule/schedule.fixture.ts'
import { type PlannedTask, Schedule } from '../schedule/schedule.ts'
import { Reuse } from './reuse.ts'
import { reusedRecord } from './reused-record.ts'

const run = (number: string) => ({ flow: 'Test', run: number }) as RunRecord

const nested = nestedGraph
const loop = graphOf(node('start', 'linear', ['turn']), node('turn', 'switch', ['turn', 'end']), node('end', 'end', []))

interface Simulation {
  readonly records: TaskRecord[]
  /** `step` and the indices of its frames, of each task that ran. */
  readonly ran: string[]
  readonly ended: boolean
}

/** Runs a flow whose foreaches are three wide and whose loops turn five times; `fails` says which tasks fail for good, and are left out. */
function simulate(
  graph: Graph,
  { number, reuse, fails = () => false }: { number: string; reuse?: Reuse; fails?: (place: string) => boolean },
): Simulation {
  const schedule = new Schedule(graph)
  const waiting = [schedule.begin()]
  const records: TaskRecord[] = []
  const ran: string[] = []
  const turns = new Map<string, number>()
  for (let task = waiting.shift(); task; task = waiting.shift()) {
    const turn = (turns.get(task.node.name) ?? 0) + 1
    turns.set(task.node.name, turn)
    const place = [task.node.name, ...task.frames.map(({ index }) => index)].join('.')
    const taken = reuse?.take(task)
    if (!taken) ran.push(place)
    const record = taken ? reusedRecord(run(number), task, taken) : outcomeOf(task, { number, turn, failed: fails(`${place}#${turn}`) })
    records.push(record)
    if (record.status === 'failed') continue
    const items = record.transition?.kind === 'foreach' ? Array.from({ length: 3 }, (_, index) => ({ ref, label: `${index}` })) : []
    waiting.push(...schedule.succeeded(record, items))
  }
  return { records, ran, ended: schedule.ended }
}

function outcomeOf(task: PlannedTask, { number, turn, failed }: { number: string; turn: number; failed: boolean }): TaskRecord {
  if (failed) return { ...recordOf(task, undefined), run: number, status: 'failed' }
  return { ...recordOf(task, transitionOf(task, turn)), run: number }
}

function transitionOf({ node: { kind, targets } }: PlannedTask, turn: number): Transition | undefined {
  const [first = '', second = ''] = targets
  if (kind === 'end') return undefined
  if (kind === 'foreach') return { kind, targets: [first], count: 3, items: ref }
  if (kind === 'switch') return { kind: 'linear', targets: [turn < 5 ? first : second] }
  return { kind, targets }
}

describe('Reuse', () => {
  it('runs only the failed children of a foreach, and what comes after them', () => {
    const first = simulate(nested, { number: '1', fails: (place) => place.startsWith('inner.1.2#') })
    expect(first.ended).toBe(false)
    const second = simulate(nested, { number: '2', reuse: new Reuse({ graph: nested, records: first.records }) })
    expect(second.ran).toEqual(['inner.1.2', 'joinInner.1', 'joinOuter', 'end'])
    expect(second.ended).toBe(true)
    expect(second.records.find(({ step }) => step === 'joinOuter')?.origin).toBeUndefined()
  })

  it('keeps the finished turns of a loop', () => {
    const first = simulate(loop, { number: '1', fails: (place) => place === 'turn#4' })
    const second = simulate(loop, { number: '2', reuse: new Reuse({ graph: loop, records: first.records }) })
    expect(second.ran).toEqual(['turn', 'turn', 'end'])
    expect(second.records.filter(({ step }) => step === 'turn').map(({ origin }) => origin)).toEqual([
      'Test/1/turn/2',
      'Test/1/turn/3',
      'Test/1/turn/4',
      undefined,
      undefined,
    ])
  })

  it('runs the named step and all that comes after it again, and nothing before it', () => {
    const first = simulate(nested, { number: '1' })
    const second = simulate(nested, { number: '2', reuse: new Reuse({ graph: nested, records: first.records, from: 'joinInner' }) })
    expect(second.ran).toEqual(['joinInner.0', 'joinInner.1', 'joinInner.2', 'joinOuter', 'end'])
  })

  it('names the task that ran as the origin however often it has been taken over', () => {
    const first = simulate(loop, { number: '1' })
    const second = simulate(loop, { number: '2', reuse: new Reuse({ graph: loop, records: first.records }) })
    const third = simulate(loop, { number: '3', reuse: new Reuse({ graph: loop, records: second.records }) })
    expect(third.ran).toEqual([])
    expect(third.records.map(({ origin }) => origin)).toEqual(first.records.map(({ step, task }) => `Test/1/${step}/${task}`))
  })

  it('does not take over a task that went where the step can no longer go', () => {
    const first = simulate(loop, { number: '1' })
    const today = graphOf(node('start', 'linear', ['work']), node('work', 'linear', ['end']), node('end', 'end', []))
    const second = simulate(today, { number: '2', reuse: new Reuse({ graph: today, records: first.records }) })
    expect(second.ran).toEqual(['start', 'work', 'end'])
  })

  it('takes over a task only where all that it started from is taken over: whatever failed, the rest runs once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 30 }), { maxLength: 6 }), (failing) => {
        const places = new Map(failing.map((at) => [at, true]))
        let at = -1
        const first = simulate(nested, {
          number: '1',
          fails: () => {
            at += 1
            return places.has(at)
          },
        })
        const second = simulate(nested, { number: '2', reuse: new Reuse({ graph: nested, records: first.records }) })
        expect(second.ended).toBe(true)
        const reused = new Set(second.records.flatMap(({ origin, step, task }) => (origin ? `${step}/${task}` : [])))
        expect(second.records.filter(({ origin, parents }) => origin && !parents.every((parent) => reused.has(parent)))).toEqual([])
        const done = first.records.filter(({ status }) => status === 'succeeded').length
        expect(reused.size).toBe(done)
        expect(second.ran.length).toBe(second.records.length - done)
      }),
    )
  })
})
