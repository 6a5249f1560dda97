import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Devstack, startDevstack } from '@millrace/devstack'
import { transform } from 'esbuild'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { bootstrapProgram } from './bootstrap.ts'
import { packArchive } from './tar.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-bootstrap-'))
let stack: Devstack
let program = ''
const place = (body: Uint8Array): { key: string; url: string } => {
  const key = `lake/My Flow+(1)/code/${createHash('sha256').update(body).digest('hex')}.tgz`
  return { key, url: `s3://code/${key}` }
}

/** An archive whose container.js says `text`, beside a file with a long name that it reads. */
const archiveOf = (text: string): Uint8Array => {
  const long = `${'deep/'.repeat(30)}file.txt`
  const source = `import { readFileSync } from 'node:fs'
console.log(${JSON.stringify(text)}, readFileSync('${long}', 'utf8'), (await import('./other.js')).name)`
  return packArchive([
    { name: 'container.js', body: Buffer.from(source) },
    { name: 'other.js', body: Buffer.from("export const name = 'other'") },
    { name: 'package.json', body: Buffer.from('{"type":"module"}') },
    { name: long, body: Buffer.from('read') },
  ])
}

async function store(body: Uint8Array, { as = body }: { as?: Uint8Array } = {}): Promise<string> {
  const { key, url } = place(as)
  const file = join(folder, createHash('sha256').update(url).digest('hex'))
  writeFileSync(file, body)
  const { S3Client, PutObjectCommand } = await import('@aws-sdk/client-s3')
  const {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  } = stack.env
  const client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey } })
  await client.send(new PutObjectCommand({ Bucket: 'code', Key: key, Body: body }))
  client.destroy()
  return url
}

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly requests: number
}

async function boot(code: string, env: Record<string, string> = { ...stack.env }): Promise<Ran> {
  const temporary = mkdtempSync(join(folder, 'tmp-'))
  const before = total()
  const child = spawn(process.execPath, ['-e', program], { cwd: temporary, env: { TMPDIR: temporary, MILLRACE_CODE: code, ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const exit = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code: exit, stdout, stderr, requests: total() - before }
}

const total = (): number => stack.s3.requests.total

/** A server on 127.0.0.1 that ends with the test. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  stack = await startDevstack({ dir: join(folder, 'stack'), buckets: ['code'] })
  program = (await transform(bootstrapProgram, { minify: true })).code
})

afterAll(async () => {
  await stack.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a container gets its code by one request, with a program of 5 kB that needs nothing but Node', async () => {
  expect(program.length).toBeLessThan(5_000)
  const ran = await boot(await store(archiveOf('hello')))
  expect(ran).toEqual({ code: 0, stdout: 'hello read other\n', stderr: '', requests: 1 })
})

test('two archives make one folder, which the next container of the machine uses again', async () => {
  const code = await store(
    packArchive([
      { name: 'package.json', body: Buffer.from('{"type":"module"}') },
      { name: 'container.js', body: Buffer.from("console.log(process.cwd(), (await import('./node_modules/native/index.js')).value)") },
    ]),
  )
  const included = await store(packArchive([{ name: 'node_modules/native/index.js', body: Buffer.from('export const value = 7') }]))
  const temporary = mkdtempSync(join(folder, 'tmp-'))
  const env = { ...stack.env, TMPDIR: temporary }
  const [first, second] = [await boot(`${code}\n${included}`, env), await boot(`${code}\n${included}`, env)]
  expect(first).toMatchObject({ code: 0, requests: 2 })
  expect(second).toMatchObject({ code: 0, requests: 0, stdout: first.stdout })
  expect(first.stdout).toMatch(/ 7\n$/)
  expect(readdirSync(join(temporary, `millrace-${process.getuid?.()}`)).length).toBe(1)
})

test('the keys come from the role of the container, with its token', async () => {
  const { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey, AWS_ENDPOINT_URL_S3, AWS_REGION } = stack.env
  const asked: unknown[] = []
  const url = await serve((request, response) => {
    asked.push([request.url, request.headers.authorization])
    response.end(JSON.stringify({ AccessKeyId, SecretAccessKey }))
  })
  const code = await store(archiveOf('by role'))
  const env = {
    AWS_ENDPOINT_URL_S3,
    AWS_REGION,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/creds/1`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'sesame',
  }
  expect(await boot(code, env)).toMatchObject({ code: 0, stdout: 'by role read other\n' })
  expect(asked).toEqual([['/creds/1', 'sesame']])
})

test('wrong keys are tried twice and told, without the keys', async () => {
  const ran = await boot(await store(archiveOf('x')), { ...stack.env, AWS_SECRET_ACCESS_KEY: 'a-wrong-secret' })
  expect(ran).toMatchObject({
    code: 78,
    requests: 2,
    stderr: expect.stringMatching(/S3 answered 403 SignatureDoesNotMatch\. Let the job's role read it/),
  })
  expect(ran.stderr).not.toContain('a-wrong-secret')
})

test('code that is not there, and a bucket that is not there, are told at once', async () => {
  expect(await boot(place(archiveOf('never stored')).url)).toMatchObject({
    code: 78,
    requests: 1,
    stderr: expect.stringContaining('404 NoSuchKey'),
  })
  expect(await boot(place(archiveOf('x')).url.replace('code', 'nowhere'))).toMatchObject({
    code: 78,
    stderr: expect.stringContaining('NoSuchBucket'),
  })
})

test('code that was altered is never run: the container ends so that AWS Batch tries again', async () => {
  const ran = await boot(await store(archiveOf('altered'), { as: archiveOf('as it was') }))
  expect(ran).toMatchObject({ code: 75, stdout: '', stderr: expect.stringContaining('its content is not what its name says') })
})

test('faults of S3 are lived through', async () => {
  const code = await store(archiveOf('through'))
  await stack.faults.s3({ rate: 0.5, kinds: ['503', 'reset', 'truncate'] })
  try {
    for (const ran of await Promise.all([1, 2, 3, 4].map(() => boot(code))))
      expect(ran).toMatchObject({ code: 0, stdout: 'through read other\n' })
  } finally {
    await stack.faults.clear()
  }
})
