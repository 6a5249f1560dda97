import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectGarbage, listTasks, loadArtifacts, readRun } from '@millrace/artifact-store'
import { Client } from '@millrace/client'
import { type ObjectStore, systemClock } from '@millrace/core-graph'
import { describe, expect, it, vi } from 'vitest'
import { openBucket } from './bucket.fixture.ts'

const { stack, folder, bed } = await openBucket()
const noCache = { MILLRACE_CACHE_MAX_MB: '0' }

async function keysOf(store: ObjectStore, part: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.list('')) if (key.includes(part)) keys.push(key)
  return keys
}

describe('a run whose datastore is in a bucket', () => {
  it('succeeds while a fifth of all requests fail, and everything that it stored verifies', async () => {
    const { start, store } = withStore()
    await stack.faults.s3({ rate: 0.2, seed: 5, kinds: ['503', 'reset', 'truncate', 'lost-answer'] })
    const run = await start('rows', ['run', '--width', '200', '--max-workers', '2', '--max-num-splits', '200'], noCache)
    expect(run.code, run.stderr).toBe(0)
    expect(run.stdout).toContain(`The total is ${(200_000 * 199_999) / 2}.`)
    await stack.faults.clear()
    const tasks = await listTasks(store, 'Rows', '1')
    expect(tasks).toHaveLength(203)
    expect(new Set(tasks.map(({ status, attempt }) => `${status} ${attempt}`))).toEqual(new Set(['succeeded 0']))
    for (const { artifacts } of tasks) await loadArtifacts(store, 'Rows', artifacts)
    expect(await readRun(store, { flow: 'Rows', run: '1' })).toMatchObject({ status: 'succeeded' })
  })

  it('goes on when its credentials expire in the middle, with those that the provider gives then', async () => {
    const { start } = withStore()
    const [script, asked, config] = ['keys.sh', 'asked.txt', 'aws.config'].map((name) => join(folder, name)) as [string, string, string]
    // Each process asks for itself, and again when S3 says that what it has is no longer good.
    writeFileSync(
      script,
      `#!/bin/sh
echo asked >> ${asked}
echo '{ "Version": 1, "AccessKeyId": "${stack.env.AWS_ACCESS_KEY_ID}", "SecretAccessKey": "${stack.env.AWS_SECRET_ACCESS_KEY}", "Expiration": "'$(date -u -d '+10 minutes' +%Y-%m-%dT%H:%M:%SZ)'" }'
`,
    )
    chmodSync(script, 0o700)
    writeFileSync(config, `[profile short]\ncredential_process = ${script}\n`)
    await stack.faults.s3({ rate: 0.1, times: 4, seed: 3, kinds: ['expired-token'] })
    const env = { AWS_CONFIG_FILE: config, AWS_PROFILE: 'short', AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }
    const run = await start('rows', ['run', '--width', '30', '--max-workers', '1'], env)
    expect(run.code, run.stderr).toBe(0)
    expect(readFileSync(asked, 'utf8').split('\n').length - 1).toBeGreaterThan(2)
  })

  it('whose blob was deleted behind its back fails with an error that names the artifact, its task and the key', async () => {
    const { start, store } = withStore()
    expect((await start('heavy', ['run'], noCache)).code).toBe(0)
    const [blob = ''] = await keysOf(store, '/blobs/')
    await store.delete([blob])
    const { code, stderr } = await start('heavy', ['resume', 'end'], noCache)
    expect(code).toBe(1)
    expect(stderr).toContain(`Could not load the artifact start/1/data: the blob ${blob} in ${store.url} is missing.`)
    expect(stderr).toMatch(/Step end failed|end\/2/)
    process.env.MILLRACE_CACHE_MAX_MB = '0'
    const client = Client.open({ root: store.url, namespace: null })
    delete process.env.MILLRACE_CACHE_MAX_MB
    const artifact = await client.get('Heavy/1/start/1/data')
    await expect(artifact.value()).rejects.toMatchObject({
      code: 'corrupt-artifact',
      message: expect.stringContaining(`Could not load the artifact Heavy/1/start/1/data: the blob ${blob} in ${store.url} is missing.`),
    })
  })

  it('gets a number of its own, however many begin in the same instant', async () => {
    const { start, store } = withStore()
    const all = await Promise.all(Array.from({ length: 4 }, () => start('wide', ['run', '--max-workers', '1'])))
    expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    const numbers = all.map(({ stderr, stdout }) => /Run Wide\/(\d+) is done/.exec(stderr + stdout)?.[1])
    expect(numbers.toSorted()).toEqual(['1', '2', '3', '4'])
    for (const run of numbers) expect(await listTasks(store, 'Wide', run ?? '')).toHaveLength(6)
  })

  it('that is killed during a large upload leaves nothing half, and gc sweeps what is left of the upload', async () => {
    const { running, store, start } = withStore()
    await stack.faults.s3({ rate: 1, kinds: ['slow'], delayMs: 1_000, operations: ['UploadPart'] })
    const run = running('heavy', ['run', '--megabytes', '150'], noCache)
    await vi.waitFor(() => expect(stack.s3.requests.counts.UploadPart ?? 0).toBeGreaterThan(1), { timeout: 30_000, interval: 20 })
    run.child.kill('SIGKILL')
    await run.finished
    await stack.faults.clear()
    expect(await keysOf(store, '/blobs/')).toEqual([])
    const day = 24 * 3_600_000
    const collect = (laterMs: number) =>
      collectGarbage(store, 'Heavy', { olderThanMs: 0, clock: { ...systemClock, now: () => new Date(Date.now() + laterMs) } })
    expect((await collect(0)).leftovers).toBe(0)
    expect((await collect(2 * day)).leftovers).toBeGreaterThan(0)
    expect((await collect(2 * day)).leftovers).toBe(0)
    const again = await start('heavy', ['resume', '--megabytes', '150'], noCache)
    expect(again.code, again.stderr).toBe(0)
  })
})

/** A datastore of its own, with commands that run on it. */
function withStore() {
  const own = bed()
  const running = (flow: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => own.start(flow, args, { env })
  return { store: own.store, running, start: (...all: Parameters<typeof running>) => running(...all).finished }
}
