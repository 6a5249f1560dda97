import assert from 'node:assert/strict'
import type { Executor, TaskEvent, TaskSpec } from '../seams/executor.ts'
import type { ObjectStore } from '../seams/object-store.ts'

/** What a task of the suite does: `wait` never ends by itself and prints `waiting`; `print` writes `line 0` to `line 99` to stdout. */
export type ExecutorTask = 'succeed' | 'throw' | 'exit' | 'wait' | 'print'

/** An executor under test, and the tasks that it can run. */
export interface ExecutorBed {
  readonly executor: Executor
  readonly store: ObjectStore
  /** At least 2. */
  readonly maxWorkers: number
  readonly spec: (does: ExecutorTask, task: string) => TaskSpec
  /** Where the store keeps the record of an attempt. */
  readonly recordKey: (spec: TaskSpec) => string
  /** Whether the process that ran a task is there; `undefined` where it cannot be known. */
  readonly isAlive: (pid: number | undefined) => boolean | undefined
}

/** One promise of {@link Executor}, as a check that any test runner can register. */
export interface ExecutorCase {
  /** A sentence about the executor. */
  readonly name: string
  /** Rejects if the promise is broken. */
  readonly run: () => Promise<void>
}

type Check = (bed: ExecutorBed) => Promise<void>
type Ending = Extract<TaskEvent, { kind: 'finished' | 'lost' }>

const never = new AbortController().signal

async function follow(events: AsyncIterable<TaskEvent>, onEvent: (event: TaskEvent) => void = () => {}): Promise<TaskEvent[]> {
  const all: TaskEvent[] = []
  for await (const event of events) {
    all.push(event)
    onEvent(event)
  }
  return all
}

const endings = (events: readonly TaskEvent[]): Ending[] => events.filter((event) => event.kind === 'finished' || event.kind === 'lost')

function assertOrder(events: readonly TaskEvent[]): void {
  const state = new Map<string, 'started' | 'ended'>()
  for (const { kind, task } of events) {
    const before = state.get(task.task)
    assert.notEqual(before, 'ended', `${kind} came after the end of ${task.task}`)
    if (kind === 'log') assert.equal(before, 'started')
    state.set(task.task, kind === 'finished' || kind === 'lost' ? 'ended' : 'started')
  }
}

const checks: Record<string, Check> = {
  'a launch of nothing ends': async ({ executor }) => {
    assert.deepEqual(await follow(executor.launch([], never)), [])
  },
  'every task starts and ends once, and the record of a finished one can be read': async ({ executor, spec, store, recordKey }) => {
    const specs = Array.from({ length: 20 }, (_, index) => spec('succeed', String(index + 1)))
    const events = await follow(executor.launch(specs, never))
    assertOrder(events)
    const ended = endings(events)
    assert.deepEqual(
      ended.map((event) => Number(event.task.task)).sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    for (const event of ended) {
      assert.equal(event.kind, 'finished')
      assert.equal(event.kind === 'finished' && event.record.status, 'succeeded')
    }
    for (const each of specs) assert.ok(await store.get(recordKey(each)))
  },
  'a task that throws is finished, with a failed record': async ({ executor, spec }) => {
    const [event] = endings(await follow(executor.launch([spec('throw', '1')], never)))
    assert.equal(event?.kind === 'finished' && event.record.status, 'failed')
    assert.ok(event?.kind === 'finished' && event.record.error?.message)
  },
  'a task whose process exits is lost, with the reason, and the next one runs': async ({ executor, spec }) => {
    const events = await follow(executor.launch([spec('exit', '1'), spec('succeed', '2')], never))
    assertOrder(events)
    const ended = new Map(endings(events).map((event) => [event.task.task, event]))
    const lost = ended.get('1')
    assert.equal(lost?.kind, 'lost')
    assert.ok(lost?.kind === 'lost' && lost.error.message)
    assert.equal(ended.get('2')?.kind, 'finished')
  },
  'the lines of a task come in order and before its end': async ({ executor, spec }) => {
    const specs = ['1', '2', '3'].map((task) => spec('print', task))
    const events = await follow(executor.launch(specs, never))
    assertOrder(events)
    for (const { task } of specs) {
      const lines = events.flatMap((event) => (event.kind === 'log' && event.task.task === task ? event.lines : []))
      assert.deepEqual(
        lines.map(({ text }) => text),
        Array.from({ length: 100 }, (_, line) => `line ${line}`),
      )
    }
  },
  'launches go on side by side': async ({ executor, spec }) => {
    const stop = new AbortController()
    const waiting = follow(executor.launch([spec('wait', '1')], stop.signal), (event) => {
      if (event.kind === 'log') void follow(executor.launch([spec('succeed', '2')], never)).then(() => stop.abort())
    })
    assert.equal(endings(await waiting)[0]?.kind, 'lost')
  },
  'aborting a launch loses its tasks as cancelled, those that run and those that wait, and no others': async ({
    executor,
    spec,
    maxWorkers,
    isAlive,
  }) => {
    const stop = new AbortController()
    const specs = Array.from({ length: maxWorkers + 3 }, (_, index) => spec('wait', String(index + 1)))
    const pids: (number | undefined)[] = []
    const events = await follow(executor.launch(specs, stop.signal), (event) => {
      if (event.kind === 'started') pids.push(event.pid)
      if (event.kind === 'log') stop.abort()
    })
    const ended = endings(events)
    assert.equal(ended.length, specs.length)
    for (const event of ended) assert.equal(event.kind === 'lost' && event.reason, 'cancelled')
    for (const pid of pids) assert.notEqual(isAlive(pid), true)
    assert.equal(endings(await follow(executor.launch([spec('succeed', '99')], never)))[0]?.kind, 'finished')
  },
  'a launch with a signal that is aborted already starts nothing': async ({ executor, spec }) => {
    const events = await follow(executor.launch([spec('succeed', '1')], AbortSignal.abort()))
    assert.deepEqual(
      events.map((event) => event.kind),
      ['lost'],
    )
  },
  'closing ends all that runs, and may be done twice': async ({ executor, spec, isAlive }) => {
    const pids: (number | undefined)[] = []
    let closing: Promise<void> | undefined
    const events = await follow(executor.launch([spec('wait', '1'), spec('wait', '2')], never), (event) => {
      if (event.kind === 'started') pids.push(event.pid)
      if (event.kind === 'log') closing ??= executor.close('a test')
    })
    await closing
    await executor.close('once more')
    assert.equal(endings(events).length, 2)
    for (const pid of pids) assert.notEqual(isAlive(pid), true)
  },
}

/**
 * The promises of {@link Executor}. `open` gives a new executor for each case; the suite closes it. The tasks of its specs take milliseconds.
 *
 * @example for (const { name, run } of executorCases(open)) test(name, run)
 */
export function executorCases(open: () => Promise<ExecutorBed>): readonly ExecutorCase[] {
  return Object.entries(checks).map(([name, check]) => ({
    name,
    run: async () => {
      const bed = await open()
      try {
        await check(bed)
      } finally {
        await bed.executor.close('the case has ended')
      }
    },
  }))
}
