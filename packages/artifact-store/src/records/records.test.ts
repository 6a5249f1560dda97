import type { LogLine, ObjectStore, RunRecord, TaskRecord } from '@millrace/core-graph'
import { countRequests } from '@millrace/core-graph/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeInline } from '../codec/encode.ts'
import { logKey, runKey, taskRecordKey } from '../layout.ts'
import { createMemoryStore } from '../stores/memory-store.ts'
import { readLog, writeLog } from './log.ts'
import { createRun, listFlows, readRun, writeRun } from './run-records.ts'
import { commitTask, listAttempts, listTasks, readTask } from './task-records.ts'

const draft: Omit<RunRecord, 'run'> = {
  version: 1,
  flow: 'Squares',
  status: 'running',
  createdAt: '2026-11-23T02:43:39.689Z',
  heartbeatAt: '2026-11-23T02:43:39.689Z',
  parameters: {},
  user: 'ada',
  namespace: 'user:ada',
  tags: [],
  systemTags: [],
  host: 'here',
  pid: 1,
}

const ref = encodeInline('n', 1) ?? { sha256: '', sizeBytes: 0 }
const task = (fields: Partial<TaskRecord> = {}): TaskRecord => ({
  version: 1,
  flow: 'Squares',
  run: '1',
  step: 'compute',
  task: '2',
  attempt: 0,
  status: 'succeeded',
  startedAt: '2026-11-23T02:43:39.689Z',
  finishedAt: '2026-11-23T02:43:40.000Z',
  artifacts: { n: ref },
  parents: ['start/1'],
  frames: [{ kind: 'foreach', step: 'start', task: '1', branch: 'compute', index: 0, count: 3, item: ref, label: '7' }],
  transition: { kind: 'linear', targets: ['gather'] },
  ...fields,
})

describe('runs', () => {
  test('are numbered 1, 2, 3 for each flow, past a run whose record is gone', async () => {
    const store = createMemoryStore()
    expect((await createRun(store, 'Squares', draft)).run).toBe('1')
    expect((await createRun(store, 'Squares', draft)).run).toBe('2')
    expect((await createRun(store, 'Other', { ...draft, flow: 'Other' })).run).toBe('1')
    await store.put('Squares/runs/10/start/1/0.json', new Uint8Array(0))
    await store.put('Squares/runs/notes/x', new Uint8Array(0))
    expect((await createRun(store, 'Squares', draft)).run).toBe('11')
    const stop = new AbortController()
    const creating = createRun(store, 'Squares', { ...draft, signal: stop.signal })
    stop.abort('SIGTERM')
    await expect(creating).rejects.toBe('SIGTERM')
    expect(await readRun(store, { flow: 'Squares', run: '12' })).toBeUndefined()
    expect(await listFlows(store)).toEqual(['Other', 'Squares'])
  })

  test('created at the same instant have different numbers', async () => {
    const store = createMemoryStore()
    const runs = await Promise.all(Array.from({ length: 20 }, () => createRun(store, 'Squares', draft)))
    expect(runs.map(({ run }) => Number(run)).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  test('cost one listing and one put to create, however many there are', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    for (let run = 1; run <= 200; run += 1) await store.put(runKey({ flow: 'Squares', run: String(run) }), new Uint8Array(0))
    counts.put = 0
    expect((await createRun(store, 'Squares', draft)).run).toBe('201')
    expect(counts).toEqual({ put: 1, get: 0, list: 1, delete: 0 })
  })

  test('can be rewritten and read', async () => {
    const store = createMemoryStore()
    const run = await createRun(store, 'Squares', draft)
    const done: RunRecord = {
      ...run,
      status: 'failed',
      finishedAt: run.createdAt,
      error: { name: 'Error', message: 'no', subject: 'start/1' },
    }
    await writeRun(store, done)
    expect(await readRun(store, { flow: 'Squares', run: '1' })).toEqual(done)
    expect(await readRun(store, { flow: 'Squares', run: '2' })).toBeUndefined()
  })
})

describe('tasks', () => {
  test('are committed once: the first record stays', async () => {
    const store = createMemoryStore()
    expect(await commitTask(store, task())).toBe(true)
    expect(await commitTask(store, task({ status: 'failed' }))).toBe(false)
    expect(await readTask(store, task())).toEqual(task())
  })

  test('are read at their latest attempt, or at the one asked for', async () => {
    const store = createMemoryStore()
    for (let attempt = 0; attempt <= 10; attempt += 1) await commitTask(store, task({ attempt, status: 'failed' }))
    const { flow, run, step, task: name } = task()
    expect((await readTask(store, { flow, run, step, task: name }))?.attempt).toBe(10)
    expect((await readTask(store, { flow, run, step, task: name, attempt: 9 }))?.attempt).toBe(9)
    expect(await readTask(store, { flow, run, step, task: '99' })).toBeUndefined()
    await store.put(taskRecordKey(task({ attempt: 10 })), new TextEncoder().encode('{"torn'))
    expect((await readTask(store, { flow, run, step, task: name }))?.attempt).toBe(9)
  })

  test('of a run or of a step are listed once each, by step and number', async () => {
    const store = createMemoryStore()
    for (const record of [task({ task: '10' }), task(), task({ attempt: 1 }), task({ step: 'start', task: '1' }), task({ run: '2' })])
      await commitTask(store, record)
    await writeLog(store, logKey(task()), [])
    const all = await listTasks(store, 'Squares', '1')
    expect(all.map((record) => `${record.step}/${record.task}/${record.attempt}`)).toEqual(['compute/2/1', 'compute/10/0', 'start/1/0'])
    expect((await listTasks(store, 'Squares', '1', 'start')).length).toBe(1)
  })

  test('are listed with all their attempts and logs for a run, a step and a task, and no record twice that is known', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    for (const record of [task({ status: 'failed' }), task({ attempt: 1 }), task({ step: 'start', task: '1' }), task({ run: '12' })])
      await commitTask(store, record)
    await writeLog(store, logKey(task({ attempt: 2 })), [{ at: new Date(0), stream: 'stdout', text: 'going on' }])
    const places = (records: readonly TaskRecord[]): string[] => records.map((each) => `${each.step}/${each.task}/${each.attempt}`)
    counts.get = 0
    const all = await listAttempts(store, { flow: 'Squares', run: '1' })
    expect(places(all.records)).toEqual(['compute/2/0', 'compute/2/1', 'start/1/0'])
    expect(all.logs).toEqual([{ flow: 'Squares', run: '1', step: 'compute', task: '2', attempt: 2, segment: 0, sizeBytes: 36 }])
    expect(counts).toMatchObject({ list: 1, get: 3 })
    expect(places((await listAttempts(store, { flow: 'Squares', run: '1', step: 'start' })).records)).toEqual(['start/1/0'])
    const skip = ({ attempt }: { attempt: number }): boolean => attempt === 0
    expect(places((await listAttempts(store, { flow: 'Squares', run: '1', step: 'compute', task: '2' }, { skip })).records)).toEqual([
      'compute/2/1',
    ])
    expect(counts).toMatchObject({ list: 3, get: 5 })
  })

  test('a record cut anywhere, or with any field of another kind, reads as absent', async () => {
    const store = createMemoryStore()
    const record = task({ error: { name: 'Error', message: 'x', cause: { name: 'Error', message: 'y' } } })
    const text = `${JSON.stringify(record)}\n`
    const read = async (body: string): Promise<TaskRecord | undefined> => {
      await store.put(taskRecordKey(record), new TextEncoder().encode(body))
      return readTask(store, record)
    }
    expect(await read(text)).toEqual(record)
    for (let length = 0; length < text.length - 1; length += 7) expect(await read(text.slice(0, length))).toBeUndefined()
    for (const name of Object.keys(record)) expect(await read(JSON.stringify({ ...record, [name]: [null] })), name).toBeUndefined()
    expect(await read(JSON.stringify({ ...record, run: '2' }))).toBeUndefined()
    expect(await read(JSON.stringify({ ...record, frames: [{ ...record.frames[0], index: -1 }] }))).toBeUndefined()
    expect(await read(JSON.stringify({ ...record, artifacts: { n: { ...ref, sha256: '../x' } } }))).toBeUndefined()
    expect(await read('[]')).toBeUndefined()
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await read(JSON.stringify(value))).toBeUndefined()
      }),
    )
  })

  test('a record of a later version is an error that says so', async () => {
    const store = createMemoryStore()
    await store.put(taskRecordKey(task()), new TextEncoder().encode('{"version":2}'))
    await expect(readTask(store, task())).rejects.toThrow(/is of version 2, and this Millrace reads version 1/)
  })
})

describe('logs', () => {
  const key = logKey(task())
  const read = (store: ObjectStore): Promise<LogLine[]> => readLog(store, task(), [0])

  test('that were saved in parts are read as one, in the order of the parts, by a get for each', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const lineOf = (segment: number): LogLine => ({ at: new Date(segment), stream: 'stdout', text: `part ${segment}` })
    for (const segment of [10, 2, 0, 1]) await writeLog(store, logKey({ ...task(), segment }), [lineOf(segment)])
    const { logs } = await listAttempts(store, { flow: 'Squares', run: '1' })
    expect(logs.map(({ segment }) => segment).sort()).toEqual([0, 1, 10, 2])
    expect(await readLog(store, task(), [0, 1, 2, 3, 10])).toEqual([0, 1, 2, 10].map(lineOf))
    expect(counts.get).toBe(5)
  })

  test('keep their lines exactly, whatever is in them', async () => {
    const store = createMemoryStore()
    const line = fc.record({
      at: fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      stream: fc.constantFrom<('stdout' | 'stderr')[]>('stdout', 'stderr'),
      text: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', '')),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        await writeLog(store, key, lines)
        expect(await read(store)).toEqual(lines)
      }),
    )
    const odd = ['', ' ', '\ta\tb', 'progress 1%\rprogress 2%', '日本語 😀', '\uFEFFbom', '\u2028', '2026-11-23T02:43:39.689Z o x'].map(
      (text) => ({ at: new Date(1), stream: 'stdout', text }) as const,
    )
    await writeLog(store, key, odd)
    expect(await read(store)).toEqual(odd)
  })

  test('are text that reads without Millrace', async () => {
    const store = createMemoryStore()
    await writeLog(store, key, [
      { at: new Date(0), stream: 'stdout', text: 'The total is 30.' },
      { at: new Date(5), stream: 'stderr', text: 'careful' },
    ])
    expect(new TextDecoder().decode(await store.get(key))).toBe(
      '1970-01-01T00:00:00.000Z o The total is 30.\n1970-01-01T00:00:00.005Z e careful\n',
    )
  })

  test('that are absent are empty, a cut last line is kept as far as it goes, and a newline in a line is refused', async () => {
    const store = createMemoryStore()
    expect(await read(store)).toEqual([])
    await store.put(key, new TextEncoder().encode('1970-01-01T00:00:00.000Z o whole\n1970-01-01T00:00:0'))
    expect((await read(store)).map(({ text }) => text)).toEqual(['whole'])
    await expect(writeLog(store, key, [{ at: new Date(), stream: 'stdout', text: 'a\nb' }])).rejects.toThrow(TypeError)
  })
})
