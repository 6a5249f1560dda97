import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { S3 } from '@aws-sdk/client-s3'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DevstackEnvironment } from '../devstack.ts'
import { startDevstack } from '../start-devstack.ts'
import { createClient, failure, freshFolder, startStack, textOf } from './stack.fixture.ts'

const Bucket = 'bucket'
const moduleUrl = new URL('../start-devstack.ts', import.meta.url).href

/** A devstack in a process of its own. */
async function startProcess(dir: string): Promise<{ child: ChildProcess; env: DevstackEnvironment }> {
  const code = `const { startDevstack } = await import(${JSON.stringify(moduleUrl)})
    const stack = await startDevstack({ dir: process.argv[1], buckets: ['bucket'] })
    process.send(stack.env)`
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '--eval', code, '--', dir], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [env] = (await once(child, 'message')) as [DevstackEnvironment]
  return { child, env }
}

/** The body of a version of a key: the bytes tell which they are. */
function bodyOf(key: string, version: number): Buffer {
  const sizes = [10, 5_000, 1_100_000]
  const line = `${key} ${version}\n`
  return Buffer.from(line.repeat(Math.ceil((sizes[version % sizes.length] ?? 10) / line.length)))
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

async function multipart(client: S3, key: string, version: number): Promise<void> {
  const at = { Bucket, Key: key }
  const { UploadId } = await client.createMultipartUpload(at)
  const Body = bodyOf(key, version)
  const { ETag } = await client.uploadPart({ ...at, UploadId, PartNumber: 1, Body })
  await client.completeMultipartUpload({ ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } })
}

describe('a devstack that is killed during parallel writes', () => {
  test('has, when it starts again, every object that was answered, and none that is half', async () => {
    const dir = freshFolder()
    const acknowledged = new Map<string, number>()
    let version = 0
    for (let round = 0; round < 2; round += 1) {
      const { child, env } = await startProcess(dir)
      // Its sockets close before it has gone, and until then the folder is its own.
      const gone = new Promise((resolve) => child.once('exit', resolve))
      const client = createClient({ env })
      let answers = 0
      // Each writer has keys of its own, so that the last answer for a key is known.
      const writer = async (name: number): Promise<void> => {
        for (let count = 0; ; count += 1) {
          const key = `writer ${name}/${count % 4}`
          version += 1
          const own = version
          const written = count % 5 === 4 ? multipart(client, key, own) : client.putObject({ Bucket, Key: key, Body: bodyOf(key, own) })
          await written
          acknowledged.set(key, own)
          answers += 1
          if (answers === 40) child.kill('SIGKILL')
        }
      }
      await Promise.allSettled(Array.from({ length: 8 }, (_, name) => writer(name)))
      client.destroy()
      await gone
      expect(answers).toBeGreaterThanOrEqual(40)
    }
    const stack = await startDevstack({ dir })
    onTestFinished(() => stack.close())
    const client = createClient(stack)
    const { Contents = [] } = await client.listObjectsV2({ Bucket })
    for (const { Key = '', ETag, Size } of Contents) {
      const bytes = (await (await client.getObject({ Bucket, Key })).Body?.transformToByteArray()) ?? Buffer.alloc(0)
      const found = Number(/ (\d+)\n/.exec(Buffer.from(bytes.subarray(0, 100)).toString().slice(Key.length))?.[1])
      expect([Key, Size, Buffer.compare(bytes, bodyOf(Key, found))]).toEqual([Key, bytes.length, 0])
      const single = md5(bytes)
      expect([`"${single}"`, `"${md5(Buffer.from(single, 'hex'))}-1"`]).toContain(ETag)
      // A write whose answer was lost may be newer; an older one may not be there.
      expect(found).toBeGreaterThanOrEqual(acknowledged.get(Key) ?? 0)
    }
    const keys = Contents.map(({ Key }) => Key)
    expect([...acknowledged.keys()].filter((key) => !keys.includes(key))).toEqual([])
    expect(readdirSync(join(dir, 's3', '.temporary'))).toEqual([])
  })
})

describe('what is stored', () => {
  test('is there after a restart: objects with all that is said of them, and uploads that go on', async () => {
    const dir = freshFolder()
    const first = await startDevstack({ dir, buckets: [Bucket] })
    const client = createClient(first)
    const at = { Bucket, Key: 'upload' }
    const said = { Metadata: { a: '1' }, ContentType: 'text/plain', Tagging: 't=1', ServerSideEncryption: 'AES256' } as const
    const { ETag } = await client.putObject({ Bucket, Key: 'k/刺身', Body: 'hello', ...said })
    await client.putObject({ Bucket, Key: 'gone', Body: 'x' })
    await client.deleteObject({ Bucket, Key: 'gone' })
    await multipart(client, 'of parts', 2)
    const { UploadId } = await client.createMultipartUpload({ ...at, ...said })
    const part = await client.uploadPart({ ...at, UploadId, PartNumber: 1, Body: 'part' })
    const before = await client.headObject({ Bucket, Key: 'k/刺身', ChecksumMode: 'ENABLED' })
    await first.close()
    const second = await startDevstack({ dir })
    onTestFinished(() => second.close())
    const again = createClient(second)
    const { $metadata: _, ...kept } = before
    expect(await again.headObject({ Bucket, Key: 'k/刺身', ChecksumMode: 'ENABLED' })).toMatchObject({ ...kept, ETag })
    expect((await again.listObjectsV2({ Bucket })).Contents?.map(({ Key }) => Key)).toEqual(['k/刺身', 'of parts'])
    expect(await textOf(again.getObject({ Bucket, Key: 'of parts' }))).toBe(bodyOf('of parts', 2).toString())
    await again.completeMultipartUpload({ ...at, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] } })
    const { Body, ...head } = await again.getObject(at)
    expect(await Body?.transformToString()).toBe('part')
    expect(head).toMatchObject({ Metadata: { a: '1' }, ContentType: 'text/plain', TagCount: 1, ServerSideEncryption: 'AES256' })
  })

  test('takes no more room than it needs: parts of what is replaced, deleted or aborted go', async () => {
    const dir = freshFolder()
    const stack = await startStack({ dir })
    const client = createClient(stack)
    const uploads = (): string[] => readdirSync(join(dir, 's3', Bucket, 'uploads'))
    await multipart(client, 'a', 0)
    await multipart(client, 'a', 1)
    await multipart(client, 'b', 1)
    await client.deleteObject({ Bucket, Key: 'b' })
    await client.copyObject({ Bucket, Key: 'c', CopySource: `${Bucket}/a` })
    const { UploadId } = await client.createMultipartUpload({ Bucket, Key: 'd' })
    await client.abortMultipartUpload({ Bucket, Key: 'd', UploadId })
    await expect.poll(uploads).toHaveLength(1)
    await client.putObject({ Bucket, Key: 'a', Body: 'x' })
    await expect.poll(uploads).toEqual([])
  })

  test('by a machine that lost power may be torn: such a file is as if it had never been written', async () => {
    const dir = freshFolder()
    const first = await startDevstack({ dir, buckets: [Bucket] })
    const client = createClient(first)
    await client.putObject({ Bucket, Key: 'torn', Body: 'x'.repeat(1_000) })
    await client.putObject({ Bucket, Key: 'whole', Body: 'y' })
    await first.close()
    const objects = join(dir, 's3', Bucket, 'objects')
    const files = readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('/'))
    const torn = files.find((path) => readFileSync(join(objects, path)).includes('"torn"')) ?? ''
    truncateSync(join(objects, torn), 1_050)
    mkdirSync(join(objects, 'zz'))
    writeFileSync(join(objects, 'zz', 'foreign'), 'foreign')
    writeFileSync(join(objects, 'zz', 'empty'), '')
    const second = await startDevstack({ dir })
    onTestFinished(() => second.close())
    const again = createClient(second)
    expect((await again.listObjectsV2({ Bucket })).Contents?.map(({ Key }) => Key)).toEqual(['whole'])
    expect(await failure(again.getObject({ Bucket, Key: 'torn' }))).toBe('404 NoSuchKey')
    await again.putObject({ Bucket, Key: 'torn', Body: 'mended' })
    expect(await textOf(again.getObject({ Bucket, Key: 'torn' }))).toBe('mended')
  })
})

describe('a folder', () => {
  test('is used by one devstack at a time, in this process and in others', async () => {
    const dir = freshFolder()
    const first = await startDevstack({ dir })
    await expect(startDevstack({ dir })).rejects.toMatchObject({ code: 'folder-in-use' })
    await first.close()
    const { child } = await startProcess(dir)
    await expect(startDevstack({ dir })).rejects.toThrow(new RegExp(`the devstack of process ${child.pid} uses it`))
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    await (await startDevstack({ dir })).close()
  })

  test('stays free when the port is not', async () => {
    const dir = freshFolder()
    const busy = await startStack()
    await expect(startDevstack({ dir, port: Number(new URL(busy.s3.url).port) })).rejects.toMatchObject({ code: 'port-in-use' })
    await (await startDevstack({ dir })).close()
  })

  test('and a bucket with a name that is not allowed are refused before anything is made', async () => {
    await expect(startDevstack({ dir: freshFolder(), buckets: ['No'] })).rejects.toThrow(TypeError)
  })
})
