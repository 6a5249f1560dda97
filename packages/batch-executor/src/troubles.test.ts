import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { BatchExecutor } from './batch-executor.ts'
import { BatchStack } from './batch-stack.fixture.ts'
import { FaultyProxy } from './faulty-proxy.fixture.ts'

let stack: BatchStack
let proxy: FaultyProxy
let batch: BatchExecutor
beforeAll(async () => {
  stack = await BatchStack.start()
  proxy = await FaultyProxy.start(stack.devstack.batch.url)
})
beforeEach(() => {
  proxy.asked.length = 0
  batch = stack.executor({ endpoint: proxy.url, cacheFolder: false })
})
afterAll(async () => {
  await stack[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
})

const busy = { status: 429, type: 'TooManyRequestsException' }
const times = (operation: string): number => proxy.asked.filter((each) => each === operation).length
const run = async (name: string) => {
  const job = await batch.submit({ name, id: '0000', command: BatchStack.node('console.log("ran")') })
  const result = await job.wait()
  const ids: string[] = []
  const status = ['submitted', 'pending', 'runnable', 'starting', 'running', 'succeeded', 'failed'] as const
  for await (const { id } of stack.executor().list({ namePrefix: `${name}-0000`, status })) ids.push(id)
  return { result, ids, id: job.id }
}

describe('a job goes on and is there once, through the real SDK, when', () => {
  test('AWS turns each kind of call away at first', async () => {
    proxy.spoil = (_operation, nth) => (nth === 1 ? busy : undefined)
    const { result, ids, id } = await run('storm')
    expect([result.status, ids]).toEqual(['succeeded', [id]])
    expect(times('submitjob')).toBe(2)
  })

  test('the answer to its submission is lost', async () => {
    proxy.spoil = (operation, nth) => (operation === 'submitjob' && nth === 1 ? 'lose-answer' : undefined)
    const { result, ids, id } = await run('lost')
    expect([result.status, ids, times('submitjob')]).toEqual(['succeeded', [id], 1])
  })

  test('its submission fails before it is done, and then after it is done', async () => {
    const once = { status: 500, type: 'ServerException' }
    proxy.spoil = (operation, nth) => (operation !== 'submitjob' ? undefined : nth === 1 ? once : nth === 2 ? 'lose-answer' : undefined)
    const { result, ids, id } = await run('twice')
    expect([result.status, ids, times('submitjob')]).toEqual(['succeeded', [id], 2])
  })

  test('AWS does not know it at first, and connections break while it is looked at', async () => {
    proxy.spoil = (operation, nth) =>
      operation !== 'describejobs' ? undefined : nth <= 2 ? { answer: { jobs: [] } } : nth === 3 ? 'lose-answer' : undefined
    const { result } = await run('unknown')
    expect(result.status).toBe('succeeded')
    expect(times('describejobs')).toBeGreaterThan(3)
  })

  test('all of it comes together', async () => {
    const kinds = [busy, { status: 503, type: 'ServiceUnavailable' }, undefined, undefined] as const
    proxy.spoil = (operation, nth) =>
      operation === 'submitjob' && nth === 2 ? 'lose-answer' : kinds[(nth + operation.length) % kinds.length]
    const { result, ids, id } = await run('mixed')
    expect([result.status, ids]).toEqual(['succeeded', [id]])
  })
})

describe('what AWS does not let happen', () => {
  test('is told with the permission that is missing, at once', async () => {
    proxy.spoil = (operation) => (operation === 'submitjob' ? { status: 403, type: 'AccessDeniedException' } : undefined)
    await expect(run('denied')).rejects.toMatchObject({
      name: 'BatchError',
      code: 'access-denied',
      message: expect.stringMatching(/^Could not submit the job denied-0000 to the queue .*Let the user or role do batch:SubmitJob\.$/),
    })
    expect(times('submitjob')).toBe(1)
  })

  test('as jobs cannot be ended in bulk is done one by one, and what cannot be ended is named', async () => {
    const command = BatchStack.node('setInterval(() => {}, 1000)')
    proxy.spoil = () => undefined
    const jobs = [await batch.submit({ name: 'one', command }), await batch.submit({ name: 'two', command })]
    proxy.spoil = (operation, nth) =>
      operation === 'terminatejobs' || (operation === 'terminatejob' && nth === 1)
        ? { status: 403, type: 'AccessDeniedException' }
        : undefined
    const { ended, failed } = await batch.terminate(
      jobs.map(({ id }) => id),
      'enough',
    )
    expect([ended.length, failed.map(({ error }) => error.code)]).toEqual([1, ['access-denied']])
    proxy.spoil = () => undefined
    expect(
      (
        await batch.terminate(
          failed.map(({ id }) => id),
          'enough',
        )
      ).ended,
    ).toHaveLength(1)
  })

  test('for wrong keys is told as such', async () => {
    proxy.spoil = () => undefined
    const key = process.env.AWS_SECRET_ACCESS_KEY ?? ''
    process.env.AWS_SECRET_ACCESS_KEY = 'wrong'
    try {
      await expect(batch.describe(['x'])).rejects.toMatchObject({ code: 'access-denied' })
    } finally {
      process.env.AWS_SECRET_ACCESS_KEY = key
    }
  })
})
