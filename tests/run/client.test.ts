import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@millrace/client'
import { MillraceError } from '@millrace/core-graph'
import { describe, expect, it } from 'vitest'
import Logs from './flows/logs.ts'
import Wait from './flows/wait.ts'
import Wide from './flows/wide.ts'
import { TestBed } from './run-command.ts'

const open = (bed: TestBed): Client => Client.open({ root: bed.root, namespace: 'user:tester' })
const bothWait = /waiting \d.*waiting \d/s

describe('the client', () => {
  it('reads what a run left behind, typed by the flow', async () => {
    using bed = new TestBed()
    expect((await bed.run('wide', 'run', '--width', '5', '--tag', 'x')).code).toBe(0)
    const run = await open(bed).flow(Wide).latestSuccessfulRun()
    const data = await run?.data()
    expect([data?.total, data?.width]).toEqual([30, 5])
    expect(run?.tags).toEqual(['x'])
    expect(await run?.parameters).toEqual({ width: 5 })
    const tasks = (await run?.step('compute').tasks().toArray()) ?? []
    expect(await Promise.all(tasks.map((task) => task.artifact('square').value()))).toEqual([16, 9, 4, 1, 0])
    expect(tasks.map(({ index }) => index)).toEqual([4, 3, 2, 1, 0])
    expect(await (await run?.endTask())?.stdout()).toBe('The total is 30.\n')
    const gather = await run?.step('gather').task()
    expect((await gather?.parents().toArray())?.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4])
  })

  it('reads the runs of the command line in three requests, for each run noted its end', async () => {
    using bed = new TestBed()
    for (let run = 0; run < 3; run += 1) await bed.run('two', 'run')
    expect(readdirSync(join(bed.root, 'Two', 'catalog'))).toHaveLength(3)
    expect((await open(bed).flow('Two').runs().toArray()).map(({ id, status }) => `${id} ${status}`)).toEqual([
      '3 succeeded',
      '2 succeeded',
      '1 succeeded',
    ])
  })

  it('tells the lines of every task apart, by stream', async () => {
    using bed = new TestBed()
    await bed.run('logs', 'run')
    const run = await open(bed).flow(Logs).latestRun()
    for await (const task of run?.step('write').tasks() ?? []) {
      const n = task.index
      const lines = await task.logLines({ stream: 'stdout' }).toArray()
      expect(lines.slice(0, 200).map(({ text }) => text)).toEqual(Array.from({ length: 200 }, (_, line) => `task ${n} line ${line} 刺身`))
      expect(await task.stderr()).toBe(`task ${n} no newline past node ${n}\nchild error ${n}\n`)
    }
  })

  it('sees a run that goes on, watches it, and finds it lost when its scheduler is killed', async () => {
    using bed = new TestBed()
    const command = bed.start('wait', ['run', '--max-workers', '2'])
    await command.seen(bothWait)
    const flow = open(bed).flow(Wait)
    const run = await flow.latestRun()
    expect(run).toMatchObject({ id: '1', status: 'running', finished: false, finishedAt: undefined, lost: false })
    expect(await flow.latestSuccessfulRun()).toBeUndefined()
    expect(await (await run?.step('start').task())?.data({ include: ['ids'] })).toEqual({ ids: [0, 1] })
    // A log is saved a second after its first line.
    await expect
      .poll(async () => (await run?.step('work').tasks().toArray())?.map(({ status }) => status), { timeout: 20_000 })
      .toEqual(['running', 'running'])
    await expect(run?.data()).rejects.toThrow(/It has no end: its status is running/)

    const told: string[] = []
    for await (const update of run?.watch() ?? []) {
      told.push(update.kind === 'run' ? `${update.run.status} ${update.run.lost}` : `${update.kind} ${update.task.step}`)
      if (update.kind !== 'run') command.child.kill('SIGKILL')
    }
    await command.finished
    expect(told).toEqual(['running false', 'task-succeeded start', 'failed true'])
    const lost = await flow.latestRun()
    expect(lost).toMatchObject({ status: 'failed', lost: true, error: { code: 'executor-lost' } })
    expect(lost?.error?.message).toMatch(/resume --origin-run-id 1 goes on/)
    const [task] = (await lost?.step('work').tasks().toArray()) ?? []
    expect(task).toMatchObject({ status: 'failed', exception: { code: 'executor-lost' } })
    expect(await task?.stdout()).toMatch(/^waiting \d worker=/)
  })

  it('watches a run to its end and misses nothing', async () => {
    using bed = new TestBed()
    const command = bed.start('wide', ['run', '--width', '40'])
    await command.seen(/has started/)
    const run = await open(bed).flow(Wide).latestRun()
    const kinds: string[] = []
    for await (const update of run?.watch() ?? []) kinds.push(update.kind === 'run' ? update.run.status : update.task.id)
    expect((await command.finished).code).toBe(0)
    expect([kinds[0], kinds.at(-1)]).toEqual(['running', 'succeeded'])
    expect(
      kinds
        .slice(1, -1)
        .map(Number)
        .sort((left, right) => left - right),
    ).toEqual(Array.from({ length: 43 }, (_, index) => index + 1))
  })

  it('never sees a half-written record, however often it reads while a run writes', async () => {
    using bed = new TestBed()
    const command = bed.start('wide', ['run', '--width', '300', '--max-workers', '2'])
    await command.seen(/has started/)
    const flow = open(bed).flow(Wide)
    let reads = 0
    for (let isLast = false; ; ) {
      const run = await flow.latestRun()
      expect(run?.lost).toBe(false)
      for await (const task of run?.tasks() ?? []) {
        expect(task.successful).toBe(true)
        if (task.step === 'compute') expect(await task.artifact('square').value()).toBe((task.index ?? -1) ** 2)
        reads += 1
      }
      if (isLast) break
      isLast = run?.finished === true
    }
    expect((await command.finished).code).toBe(0)
    expect(reads).toBeGreaterThan(606)
    expect((await (await flow.latestRun())?.data({ include: ['total'] }))?.total).toBe(8_955_050)
  })

  it('opens nothing of another namespace, unless it is told to', async () => {
    using bed = new TestBed()
    await bed.run('two', 'run')
    const stranger = Client.open({ root: bed.root, namespace: 'user:eve' })
    expect(await stranger.flow('Two').runs().toArray()).toEqual([])
    const error: unknown = await stranger.get('Two/1').catch((thrown: unknown) => thrown)
    expect(MillraceError.is(error, 'wrong-namespace')).toBe(true)
    expect((await Client.open({ root: bed.root, namespace: null }).get('Two/1/end/2')).pathspec).toBe('Two/1/end/2')
  })

  it('follows logs on the command line until the run is over', async () => {
    using bed = new TestBed()
    const command = bed.start('wait', ['run', '--max-workers', '2'])
    await command.seen(bothWait)
    const follow = bed.start('wait', ['logs', '1/work', '--follow'])
    await follow.seen(/\[1\/work\/2\] waiting \d.*\n\[1\/work\/3\] waiting \d/)
    command.child.kill('SIGKILL')
    const { code, stdout, stderr } = await follow.finished
    expect({ code, lines: stdout.trimEnd().split('\n').length, stderr }).toEqual({ code: 0, lines: 2, stderr: 'Run Wait/1 was lost.\n' })
    await command.finished
  })
})
