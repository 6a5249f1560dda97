import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { S3 } from './s3.ts'
import type { S3Options } from './s3-options.ts'
import { collect, sharedStack } from './stack.fixture.ts'

const shared = sharedStack()

describe('a client', () => {
  test('for a run keeps its objects below the flow and the run', async () => {
    const s3 = shared.client({ root: 's3://bucket/data', run: { flowName: 'HelloFlow', runId: '56' } })
    expect((await s3.put('one_a', 'x')).url).toBe('s3://bucket/data/HelloFlow/56/one_a')
    expect((await s3.get('one_a')).key).toBe('one_a')
  })

  test('without a root takes full URLs and gives them', async () => {
    const rooted = shared.client()
    const { url } = await rooted.put('a/b', 'x')
    const s3 = new S3(optionsOf())
    expect((await s3.get(url)).key).toBe(url)
    expect((await collect(s3.list(url.slice(0, -4)))).map(({ key }) => key)).toEqual([`${url.slice(0, -1)}`])
    await expect(s3.getAll()).rejects.toThrow(TypeError)
    await s3.close()
  })

  test('removes its temporary files when it is closed, and gives none after that', async () => {
    const s3 = shared.client()
    await s3.put('key', 'content')
    const [object] = await s3.getMany(['key'], { memoryBytes: 0 })
    const kept = await s3.get('key')
    const path = (await object?.file()) ?? ''
    expect(existsSync(path)).toBe(true)
    await s3.close()
    expect(existsSync(dirname(path))).toBe(false)
    await expect(kept.file()).rejects.toThrow(/closed/)
    expect(await kept.text()).toBe('content')
    await expect(s3.get('key')).rejects.toThrow(/closed/)
  })
})

function optionsOf(): S3Options {
  const { env } = shared.stack
  return {
    endpoint: env.AWS_ENDPOINT_URL_S3,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
  }
}
