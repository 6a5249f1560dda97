import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@millrace/client'
import { describe, expect, it } from 'vitest'
import { openBucket } from './bucket.fixture.ts'

const { stack, folder, bed } = await openBucket()

describe('a run in a bucket', () => {
  it('is followed from another machine while it goes on', async () => {
    const own = bed()
    const until = join(folder, 'go')
    const run = own.start('say', ['run', '--until', until])
    await run.seen(/first/)
    const other = own.start('say', ['logs', '1', '--follow'], { env: { HOME: join(folder, 'other') } })
    await other.seen(/first/)
    writeFileSync(until, '')
    const [{ code }, followed] = await Promise.all([run.finished, other.finished])
    expect([code, followed.code]).toEqual([0, 0])
    expect(followed.stdout).toBe('[1/start/1] first\n[1/start/1] second\n[1/end/2] third\n')
    expect(followed.stderr).toContain('Run Say/1 succeeded.')
  })

  it('is read by the client, and each artifact is moved once to a machine, whoever reads it there', async () => {
    const own = bed()
    expect((await own.run('rows', 'run', '--width', '5')).code).toBe(0)
    const cached = process.env.MILLRACE_CACHE_DIR
    process.env.MILLRACE_CACHE_DIR = join(folder, 'elsewhere')
    try {
      stack.s3.requests.reset()
      const read = async (): Promise<unknown> => {
        const client = Client.open({ root: own.root, namespace: null })
        const task = await (await client.get('Rows/1')).step('make').task()
        return await task.artifact('rows').value()
      }
      const first = await read()
      expect(first).toBeInstanceOf(Float64Array)
      const { GetObject: forFirst = 0 } = stack.s3.requests.counts
      stack.s3.requests.reset()
      expect(await read()).toEqual(first)
      expect(stack.s3.requests.counts.GetObject).toBe(forFirst - 1)
    } finally {
      process.env.MILLRACE_CACHE_DIR = cached
    }
  })

  it('costs one put for each task and blob, and no request that asks whether something is there', async () => {
    const own = bed()
    expect((await own.run('rows', 'run', '--width', '50', '--max-workers', '2')).code).toBe(0)
    const { PutObject: puts = 0, HeadObject: heads = 0, ListObjectsV2: lists = 0 } = stack.s3.requests.counts
    // 53 records, 50 blobs, the items, the log of end; the run three times, and its catalog.
    expect(heads).toBe(0)
    expect(puts).toBeLessThanOrEqual(53 + 50 + 1 + 1 + 3 + 1)
    expect(lists).toBeLessThanOrEqual(4)
  })
})
