import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createClient, freshFolder, startStack } from './stack.fixture.ts'

const execute = promisify(execFile)
const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0
const mebibyte = 2 ** 20

const tree: Readonly<Record<string, Buffer>> = {
  empty: Buffer.alloc(0),
  small: Buffer.from('hello'),
  'folder/with spaces & ü.txt': randomBytes(1_000),
  'folder/below/deep': randomBytes(100_000),
  large: randomBytes(18 * mebibyte),
}

function writeTree(): string {
  const folder = freshFolder()
  for (const [name, bytes] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  return folder
}

function expectTree(folder: string): void {
  for (const [name, bytes] of Object.entries(tree))
    expect([name, Buffer.compare(readFileSync(join(folder, name)), bytes)]).toEqual([name, 0])
}

/** A devstack, a client of it, and a way to run programs that can reach nothing else. */
async function start(): Promise<{
  client: ReturnType<typeof createClient>
  url: string
  env: NodeJS.ProcessEnv
  run: (program: string, ...args: string[]) => Promise<string>
}> {
  const stack = await startStack({ buckets: [] })
  const home = freshFolder()
  const env = { PATH: process.env.PATH, HOME: home, ...stack.env, AWS_DEFAULT_REGION: stack.env.AWS_REGION }
  // A program that does not hear where to go must not reach the real S3.
  const closed = {
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  const run = async (program: string, ...args: string[]): Promise<string> =>
    (await execute(program, args, { env: { ...env, ...closed }, cwd: home, maxBuffer: 2 ** 24 })).stdout
  return { client: createClient(stack), url: stack.s3.url, env, run }
}

describe.skipIf(!has('aws'))('awscli', () => {
  test('makes a bucket, copies a folder there and back in parts, lists, copies, moves and removes', async () => {
    const { client, url, run } = await start()
    const aws = (...args: string[]): Promise<string> => run('aws', '--endpoint-url', url, ...args)
    const [from, to] = [writeTree(), freshFolder()]
    await aws('s3', 'mb', 's3://awscli')
    await aws('s3', 'sync', '--only-show-errors', from, 's3://awscli/a')
    expect((await client.headObject({ Bucket: 'awscli', Key: 'a/large' })).ETag).toMatch(/-3"$/)
    expect(await aws('s3', 'ls', 's3://awscli/a/')).toMatch(/PRE folder\/\n.* 0 empty\n.* 18874368 large\n.* 5 small\n$/s)
    await aws('s3', 'mv', '--only-show-errors', 's3://awscli/a/large', 's3://awscli/b/large')
    await aws('s3', 'cp', '--only-show-errors', 's3://awscli/b/large', 's3://awscli/a/large')
    await aws('s3', 'sync', '--only-show-errors', 's3://awscli/a', to)
    expectTree(to)
    await aws('s3', 'rb', '--force', 's3://awscli')
    expect((await client.listBuckets()).Buckets ?? []).toEqual([])
  })
})

describe.skipIf(!has('s3cmd'))('s3cmd', () => {
  test('makes a bucket, copies a folder there and back in parts, lists, asks and removes', async () => {
    const { client, url, env, run } = await start()
    const { host } = new URL(url)
    const keys = [`--access_key=${env.AWS_ACCESS_KEY_ID}`, `--secret_key=${env.AWS_SECRET_ACCESS_KEY}`]
    const where = ['-c', '/dev/null', '--no-ssl', `--host=${host}`, `--host-bucket=${host}`, '--region=us-east-1', '--no-progress']
    const s3cmd = (...args: string[]): Promise<string> => run('s3cmd', ...where, ...keys, ...args)
    const [from, to] = [writeTree(), freshFolder()]
    await s3cmd('mb', 's3://s3cmd')
    await s3cmd('sync', '--multipart-chunk-size-mb=6', `${from}/`, 's3://s3cmd/a/')
    expect((await client.headObject({ Bucket: 's3cmd', Key: 'a/large' })).ETag).toMatch(/-3"$/)
    expect(await s3cmd('ls', '-r', 's3://s3cmd')).toContain('s3://s3cmd/a/folder/with spaces & ü.txt')
    await s3cmd('cp', 's3://s3cmd/a/small', 's3://s3cmd/b/small')
    expect(await s3cmd('info', 's3://s3cmd/b/small')).toMatch(/File size: +5\n/)
    await s3cmd('sync', 's3://s3cmd/a/', `${to}/`)
    expectTree(to)
    await s3cmd('rb', '--recursive', '--force', 's3://s3cmd')
    expect((await client.listBuckets()).Buckets ?? []).toEqual([])
  })
})

describe.skipIf(!has('rclone'))('rclone', () => {
  test('makes a bucket, copies a folder there and back in parts, compares, copies on the server and removes', async () => {
    const { client, url, run } = await start()
    const options = `:s3,provider=Other,env_auth=true,region=us-east-1,force_path_style=true,upload_cutoff=10Mi,chunk_size=6Mi,endpoint='${url}'`
    const rclone = (command: string, ...args: string[]): Promise<string> =>
      run('rclone', '--retries=1', '--low-level-retries=1', command, ...args)
    const [from, to] = [writeTree(), freshFolder()]
    await rclone('copy', from, `${options}:rclone/a`)
    expect((await client.headObject({ Bucket: 'rclone', Key: 'a/large' })).ETag).toMatch(/-3"$/)
    await rclone('check', from, `${options}:rclone/a`)
    expect((await rclone('lsf', '-R', '--files-only', `${options}:rclone/a`)).trim().split('\n').sort()).toEqual(Object.keys(tree).sort())
    await rclone('sync', `${options}:rclone/a`, `${options}:rclone/b`)
    await rclone('copy', `${options}:rclone/b`, to)
    expectTree(to)
    await rclone('purge', `${options}:rclone`)
    expect((await client.listBuckets()).Buckets ?? []).toEqual([])
  })
})
