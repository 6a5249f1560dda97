import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { S3 } from '@millrace/s3-fast'
import { beforeAll, describe, expect, it } from 'vitest'
import { contentOf } from './data-sets.ts'
import { lakeBed, largeSize } from './lake-bed.ts'
import { startRawServer } from './raw-server.ts'
import { collect, failureOf } from './test-bed.ts'

const bed = lakeBed()
const keys = { accessKeyId: 'AKID', secretAccessKey: 'secret' }

describe('an abort', () => {
  const largeFile = join(bed.folder, 'to-put')
  beforeAll(() => writeFileSync(largeFile, contentOf('a', largeSize)))

  it.each<[string, (s3: S3, signal: AbortSignal) => Promise<unknown>]>([
    ['get', (s3, signal) => s3.get('s3://lake/a', { signal })],
    ['getMany', (s3, signal) => s3.getMany(['s3://lake/a', 's3://lake/b', 's3://lake/c'], { signal })],
    ['getStream', (s3, signal) => collect(s3.getStream(['s3://lake/a'], { signal }))],
    ['getFile', (s3, signal) => s3.getFile('s3://lake/a', join(bed.folder, 'never'), { signal })],
    ['info', (s3, signal) => s3.info('s3://lake/a', { signal })],
    ['put', (s3, signal) => s3.put('s3://lake/a', 'x', { signal })],
    ['put of a large value', (s3, signal) => s3.put('s3://lake/a', contentOf('a', largeSize), { signal })],
    ['putFiles', (s3, signal) => s3.putFiles([['s3://lake/a', largeFile]], { signal })],
    ['list', (s3, signal) => collect(s3.list('s3://lake', { signal }))],
    ['delete', (s3, signal) => s3.delete(['s3://lake/a', 's3://lake/b'], { signal })],
    ['copy', (s3, signal) => s3.copy('s3://lake/a', 's3://lake/b', { signal })],
  ])('of %s is done within 100 ms, gives its own reason and frees the sockets', async (_, call) => {
    const asked = Promise.withResolvers<void>()
    await using server = await startRawServer(() => {
      asked.resolve()
      return undefined
    })
    await using s3 = new S3({ endpoint: server.url, credentials: keys })
    const stop = new AbortController()
    const reason = new Error('enough')
    const failure = failureOf(call(s3, stop.signal))
    await asked.promise
    const startedAt = performance.now()
    stop.abort(reason)
    expect(await failure).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(100)
    await expect.poll(() => server.sockets.size, { interval: 5 }).toBe(0)
    expect(existsSync(join(bed.folder, 'never'))).toBe(false)
  })

  it('in the middle of a large body leaves neither its file nor a part of it', async () => {
    const s3 = bed.client({ root: 's3://lake' })
    await bed.stack.faults.s3({ rate: 1, kinds: ['slow'], operations: ['GetObject'], delayMs: 2_000 })
    const stop = new AbortController()
    const path = join(bed.folder, 'aborted', '..', 'aborted-file')
    let abortedAt = 0
    const onProgress = (): void => {
      abortedAt ||= performance.now()
      stop.abort()
    }
    expect(await failureOf(s3.getFile('large', path, { signal: stop.signal, onProgress }))).toMatchObject({ name: 'AbortError' })
    expect(performance.now() - abortedAt).toBeLessThan(100)
    expect(readdirSync(bed.folder).filter((name) => name.startsWith('aborted-file'))).toEqual([])
  })

  it('while it waits to try again is done at once', async () => {
    await bed.stack.faults.s3({ rate: 1, kinds: ['503'] })
    const reason = new Error('enough')
    const stop = new AbortController()
    const failure = failureOf(bed.client({ root: 's3://lake' }).get('small', { signal: stop.signal }))
    await expect.poll(() => bed.stack.s3.requests.total).toBeGreaterThan(2)
    const startedAt = performance.now()
    stop.abort(reason)
    expect(await failure).toBe(reason)
    expect(performance.now() - startedAt).toBeLessThan(100)
  })

  it('that came before the call sends nothing', async () => {
    const s3 = bed.client({ root: 's3://lake' })
    bed.stack.s3.requests.reset()
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    for (const call of [() => s3.get('small', { signal }), () => s3.put('x', 'x', { signal }), () => s3.getMany(['small'], { signal })])
      expect(await failureOf(call())).toBe(reason)
    expect(bed.stack.s3.requests.total).toBe(0)
  })
})

describe('after a client is closed', () => {
  const descriptors = (): string[] => readdirSync('/proc/self/fd')

  it('no file descriptor and no temporary file is left, also after failures', async () => {
    const path = join(bed.folder, 'left')
    const before = descriptors().length
    for (const round of [0, 1, 2]) {
      const s3 = bed.client({ root: 's3://lake', deadlineMs: 300 })
      await s3.getMany(
        Array.from({ length: 100 }, (_, at) => `many/${at}`),
        { memoryBytes: 10_000 },
      )
      await s3.getFile('large', path)
      await failureOf(s3.getMany(['many/1', 'not/there', 'many/2'], { memoryBytes: 0 }))
      await bed.stack.faults.s3({ rate: 1, kinds: ['truncate', 'reset', 'corrupt'], seed: round })
      await failureOf(s3.getFile('large', path))
      // An answer without a body cannot be corrupted, so such a write may succeed.
      await bed.stack.faults.s3({ rate: 1, kinds: ['truncate', 'reset'], seed: round })
      await failureOf(s3.putFiles([['put', path]]))
      await failureOf(s3.put('put', contentOf('put', largeSize)))
      await bed.stack.faults.clear()
      for await (const _ of s3.getStream(['many/1', 'many/2', 'many/3'], { memoryBytes: 0 })) break
      expect(bed.temporaryNames()).toHaveLength(1)
      await s3.close()
      expect(bed.temporaryNames()).toEqual([])
    }
    await expect.poll(() => descriptors().length).toBeLessThanOrEqual(before)
  })

  it('what is asked of it is refused', async () => {
    const s3 = bed.client({ root: 's3://lake' })
    await s3.get('small')
    await s3.close()
    expect(await failureOf((async () => await s3.get('small'))())).toBeInstanceOf(Error)
    await s3.close()
  })

  it('its temporary folder was for its owner alone, and so were the files', async () => {
    await using s3 = bed.client({ root: 's3://lake' })
    const [object] = await s3.getMany(['small'], { memoryBytes: 0 })
    const path = (await object?.file()) ?? ''
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path)).toEqual(contentOf('small', 10_240))
  })
})
