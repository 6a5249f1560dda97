import type { ErrorRecord, Graph, GraphNode, RunRecord, TaskRecord } from '@millrace/core-graph'
import type { RunEvent } from '@millrace/runtime/run'
import { beforeEach, expect, test } from 'vitest'
import { formatTime } from '../render/time.ts'
import type { Paint } from '../terminal/colors.ts'
import type { Output } from '../terminal/output.ts'
import { Reporter } from './reporter.ts'

const plain: Paint = (_style, text) => text

const node = (name: string, kind: GraphNode['kind'], targets: string[], join = false): [string, GraphNode] => [
  name,
  { name, kind, targets, join, takesItem: false, reads: new Set(), inputReads: new Set(), writes: new Set(), dynamic: false },
]
const graph: Graph = {
  flow: 'Sums',
  nodes: new Map([
    node('start', 'foreach', ['fit']),
    node('fit', 'linear', ['polish']),
    node('polish', 'linear', ['gather']),
    node('gather', 'linear', ['end'], true),
    node('end', 'end', []),
  ]),
}
const at = new Date(2026, 10, 23, 2, 43, 39, 689)
const later = (ms: number): Date => new Date(at.getTime() + ms)
const run = { flow: 'Sums', run: '5', status: 'running', createdAt: at.toISOString() } as RunRecord
const record = {} as TaskRecord
const error = { name: 'Error', message: 'no luck\nat all' } as ErrorRecord

let lines: string[]
let status: string | undefined
const output = (interactive: boolean): Output => ({
  print: (text) => lines.push(`out ${text}`),
  note: (text) => lines.push(`err ${text}`),
  error: (text) => lines.push(`err ${text}`),
  status: (text) => {
    status = text
  },
  interactive,
  paint: plain,
  paintError: plain,
})
beforeEach(() => {
  lines = []
  status = undefined
})

function report(interactive: boolean, events: readonly RunEvent[]): void {
  const reporter = new Reporter(output(interactive), graph)
  for (const event of [{ kind: 'run-started', at, run } as const, ...events]) reporter.report(event)
}

const task = (step: string, number: number) => ({ at, step, task: String(number), attempt: 0, pid: 7 })
const wide = (count: number): RunEvent[] => [
  { kind: 'foreach', at, step: 'start', task: '1', target: 'fit', count },
  ...Array.from({ length: count }, (_, index): RunEvent[] => [
    { kind: 'task-started', ...task('fit', index) },
    { kind: 'task-finished', ...task('fit', index), record },
    { kind: 'task-started', ...task('polish', index + count) },
    { kind: 'task-finished', ...task('polish', index + count), record },
  ]).flat(),
]

test('a line that a task wrote goes to stdout with its time, its task and its process', () => {
  report(false, [{ kind: 'log', ...task('start', 1), lines: [{ at, stream: 'stdout', text: 'The sum is 42' }] }])
  expect(lines).toContain('out 2026-11-23 02:43:39.689 [5/start/1 (pid 7)] The sum is 42')
})

test('a narrow foreach has a start and a finish line for every task', () => {
  report(false, wide(3))
  expect(lines.filter((line) => line.endsWith('Task is starting.'))).toHaveLength(6)
  expect(lines.filter((line) => line.endsWith('Task finished successfully.'))).toHaveLength(6)
  expect(lines[1]).toContain('[5/start/1] Foreach yields 3 tasks of fit.')
})

test('a wide foreach is summed up without a terminal, with the steps inside it', () => {
  report(false, [
    ...wide(1_000),
    { kind: 'progress', at: later(12_000), step: 'fit', total: 1_000, done: 400, running: 2, failed: 0, queued: 598 },
    { kind: 'progress', at: later(13_000), step: 'fit', total: 1_000, done: 500, running: 2, failed: 0, queued: 498 },
    { kind: 'progress', at: later(20_000), step: 'fit', total: 1_000, done: 1_000, running: 0, failed: 0, queued: 0 },
    { kind: 'task-started', ...task('gather', 2_002) },
  ])
  expect(lines.slice(1).map((line) => line.replace(/^err \S+ \S+ /, ''))).toEqual([
    '[5/start/1] Foreach yields 1,000 tasks of fit.',
    '[5/fit] fit: 400 of 1,000 done, 2 running',
    '[5/fit] 1,000 of 1,000 tasks finished in 20s.',
    '[5/gather/2002 (pid 7)] Task is starting.',
  ])
})

test('in a terminal a foreach has one line, with its rate and the time left', () => {
  report(true, [
    ...wide(3),
    { kind: 'progress', at, step: 'fit', total: 100, done: 0, running: 2, failed: 0, queued: 98 },
    { kind: 'progress', at: later(2_000), step: 'fit', total: 100, done: 40, running: 2, failed: 1, queued: 57 },
  ])
  expect(status).toBe('fit: 40 of 100 done, 2 running, 1 failed, 20/s, 3.0s left')
  expect(lines.filter((line) => line.includes('fit/'))).toEqual([])
})

test('a failure is told also in a wide foreach, in one line', () => {
  report(false, [...wide(20), { kind: 'task-failed', ...task('fit', 3), error, next: { kind: 'retry', delayMs: 2_000 } }])
  expect(lines.at(-1)).toBe(`err ${formatTime(at)} [5/fit/3 (pid 7)] Task failed: no luck. It will be tried again in 2.0s.`)
})
