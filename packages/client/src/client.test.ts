import { commitTask, createMemoryStore } from '@millrace/artifact-store'
import { countRequests } from '@millrace/core-graph/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { endedRun, openedClient as open, Squares, squaresTask, storeRun } from './squares.fixture.ts'

const nothing = { put: 0, get: 0, list: 0, delete: 0 }

describe('what a run left behind', () => {
  const store = createMemoryStore()
  const client = open(store)
  beforeAll(() => storeRun(store, endedRun({ tags: ['nightly'] })))

  test('is found from the top to the bottom', async () => {
    expect((await client.flows().toArray()).map(({ name }) => name)).toEqual(['Squares'])
    const run = await client.flow(Squares).latestSuccessfulRun()
    expect(run).toMatchObject({
      id: '1',
      pathspec: 'Squares/1',
      status: 'succeeded',
      successful: true,
      finished: true,
      lost: false,
      error: undefined,
      tags: ['nightly'],
      user: 'ada',
      namespace: 'user:ada',
      originRunId: undefined,
      durationMs: 9_000,
    })
    expect(run?.systemTags).toContain('millrace:0.1.0')
    expect(run?.createdAt).toEqual(new Date('2026-11-23T02:43:00.000Z'))
    expect(run?.finishedAt).toEqual(new Date('2026-11-23T02:43:09.000Z'))
    expect(await run?.parameters).toEqual({ size: 3 })
    expect(await run?.data({ include: ['total', 'size'] })).toEqual({ total: 5, size: 3 })
    expect((await run?.data())?.total).toBe(5)
    expect((await run?.steps().toArray())?.map(({ name }) => name)).toEqual(['end', 'gather', 'compute', 'start'])
    expect((await run?.step('compute').tasks().toArray())?.map(({ id }) => id)).toEqual(['4', '3', '2'])
    expect((await run?.tasks().toArray())?.map(({ id }) => id)).toEqual(['6', '5', '4', '3', '2', '1'])
  })

  test('is reached by its address', async () => {
    expect((await client.get('Squares')).name).toBe('Squares')
    expect((await client.get('Squares/1')).id).toBe('1')
    expect((await client.get('Squares/1/compute')).pathspec).toBe('Squares/1/compute')
    expect((await client.get('Squares/1/compute/4')).index).toBe(2)
    expect(await (await client.get('Squares/1/compute/4/square')).value()).toBe(4)
    const run = await client.get('Squares/1')
    for (const address of ['compute/4', 'Squares/1/compute/4']) expect((await run.task(address)).pathspec).toBe('Squares/1/compute/4')
    await expect(run.task('compute')).rejects.toThrow(TypeError)
  })

  test.each([
    ['Sqares', 'not-found', /Could not find Sqares\. Sqares has no runs in memory:.* Did you mean the flow Squares\?/],
    ['Sqares/1', 'not-found', /Did you mean the flow Squares\?/],
    ['Squares/7', 'not-found', /Could not find Squares\/7\. The newest runs are 1\./],
    ['Squares/1/compte', 'not-found', /Did you mean the step compute\?/],
    ['Squares/1/compute/9', 'not-found', /Its tasks are 2, 3, 4\./],
    ['Squares/1/compte/2', 'not-found', /The steps that have tasks are start, compute, gather, end\./],
    ['Squares/1/compute/2/sqare', 'not-found', /Did you mean the artifact square\?/],
    ['Squares/1/compute/2/x/y', 'invalid-pathspec', /6 parts/],
    ['Squares/../x', 'invalid-pathspec', /is not a run number/],
  ])('and %s is told what there is', async (address, code, says) => {
    const error: unknown = await client.get(address).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, message: expect.stringMatching(says) })
  })

  test('tells a task’s attempts, index, times, lineage and artifacts', async () => {
    const task = await client.get('Squares/1/compute/4')
    expect(task).toMatchObject({ status: 'succeeded', successful: true, finished: true, index: 2, origin: undefined, exception: undefined })
    expect(task.attempts).toMatchObject([
      { attempt: 0, status: 'failed', durationMs: 1_000, exception: { message: 'once' } },
      { attempt: 1, status: 'succeeded', durationMs: 0 },
    ])
    expect(task.artifacts().map(({ name }) => name)).toEqual(['numbers', 'total', 'square'])
    const square = task.artifact('square')
    expect([square.pathspec, square.sizeBytes, square.sha256.length]).toEqual(['Squares/1/compute/4/square', 2, 64])
    expect([await square.value(), await square.json()]).toEqual([4, 4])
    expect((await task.parents().toArray()).map(({ pathspec }) => pathspec)).toEqual(['Squares/1/start/1'])
    const gather = await client.get('Squares/1/gather/5')
    expect(gather.index).toBeUndefined()
    expect((await gather.parents().toArray()).map(({ id }) => id)).toEqual(['2', '3', '4'])
    expect((await gather.children().toArray()).map(({ id }) => id)).toEqual(['6'])
    expect((await (await client.get('Squares/1/start/1')).children().toArray()).map(({ index }) => index)).toEqual([0, 1, 2])
    expect(await (await client.get('Squares/1/end/6')).children().toArray()).toEqual([])
    expect(await gather.artifact('big').json()).toHaveLength(1_000)
  })

  test('tells what a task wrote', async () => {
    const task = await client.get('Squares/1/compute/3')
    expect(await task.stdout()).toBe('squaring 1\n')
    expect(await task.stderr()).toBe('careful\n')
    expect(await task.logLines().toArray()).toEqual([
      { at: new Date(0), stream: 'stdout', text: 'squaring 1' },
      { at: new Date(1), stream: 'stderr', text: 'careful' },
    ])
    expect(await (await client.get('Squares/1/compute/4')).stdout({ attempt: 0 })).toBe('')
    expect(await (await client.get('Squares/1/end/6')).stdout()).toBe('')
    await expect(task.stdout({ attempt: 3 })).rejects.toThrow(
      'Could not find attempt 3 of Squares/1/compute/3. Its attempts, from 0, are 0.',
    )
  })

  test('of a task that resume took over is read where it ran', async () => {
    await storeRun(store, endedRun({ run: '2', originRunId: '1' }))
    await commitTask(store, squaresTask({ run: '2', step: 'again', task: '7', origin: 'Squares/1/compute/3' }))
    const task = await client.get('Squares/2/again/7')
    expect(task.origin).toBe('Squares/1/compute/3')
    expect(await task.stdout()).toBe('squaring 1\n')
    expect((await client.get('Squares/2')).originRunId).toBe('1')
  })

  test('costs what it must', async () => {
    const { store: counting, counts } = countRequests(store)
    const counted = async (work: () => Promise<unknown>): Promise<object> => {
      Object.assign(counts, nothing)
      await work()
      return { ...counts }
    }
    const counter = open(counting)
    const run = await counter.get('Squares/1')
    expect(await counted(() => counter.get('Squares/1'))).toEqual({ ...nothing, get: 1, list: 1 })
    expect(await counted(async () => run.parameters)).toEqual(nothing)
    expect(await counted(() => run.data({ include: ['total'] }))).toEqual({ ...nothing, get: 1, list: 1 })
    expect(await counted(() => run.data({ include: ['total'] }))).toEqual({ ...nothing, list: 1 })
    expect(await counted(() => run.step('compute').tasks().toArray())).toEqual({ ...nothing, get: 4, list: 1 })
    const tasks = await run.step('compute').tasks().toArray()
    expect(await counted(() => Promise.all(tasks.map((each) => each.parents().toArray())))).toEqual({ ...nothing, get: 3, list: 3 })
    expect(await counted(() => Promise.all(tasks.map((each) => each.parents().toArray())))).toEqual({ ...nothing, list: 3 })
    const task = await run.task('gather/5')
    expect(await counted(async () => task.artifacts())).toEqual(nothing)
    expect(await counted(() => task.artifact('total').value())).toEqual(nothing)
    expect(await counted(() => task.artifact('big').value())).toEqual({ ...nothing, get: 1 })
    expect(await counted(() => task.stdout())).toEqual(nothing)
    const talkative = await run.task('compute/2')
    expect(await counted(() => talkative.stdout())).toEqual({ ...nothing, get: 1 })
  })
})
