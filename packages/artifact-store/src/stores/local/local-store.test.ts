import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MillraceError, type ObjectStore } from '@millrace/core-graph'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findRoot } from '../find-root.ts'
import { openStore } from '../open-store.ts'
import { createLocalStore } from './local-store.ts'

const packageUrl = new URL('../../index.ts', import.meta.url).href
const nodeArguments = (code: string): string[] => [
  '--conditions=source',
  '--input-type=module',
  '--eval',
  `import * as store from '${packageUrl}'\n${code}`,
]
/** Mounts are made in a namespace of their own, which goes away with the process. */
const unshare = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user']
const canMount = spawnSync('unshare', [...unshare, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', '/mnt']).status === 0
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-local-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function startNode(code: string, ...extra: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...nodeArguments(code), '--', ...extra], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function outputOf(child: ChildProcess): Promise<string> {
  const parts: Buffer[] = []
  child.stdout?.on('data', (part: Buffer) => parts.push(part))
  await once(child, 'close')
  return Buffer.concat(parts).toString()
}

/** Runs code in a process that sees a file system of 1 MiB, prepared by shell commands, as its working folder. */
function runInSmallDisk(prepare: string, code: string): unknown {
  const script = `mount -t tmpfs -o size=1m none "$0" && cd "$0" && ${prepare} && exec "$@"`
  const run = spawnSync('unshare', [...unshare, 'sh', '-c', script, freshFolder(), process.execPath, ...nodeArguments(code)], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return JSON.parse(run.stdout)
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = []
  for await (const entry of store.list('')) keys.push(entry.key)
  return keys
}

describe('a full disk', () => {
  const attempt = `
    import { readdirSync } from 'node:fs'
    const local = store.createLocalStore('root')
    await local.put('kept', Buffer.from('before'))
    const failures = []
    const body = Buffer.alloc(SIZE)
    for (const put of [
      () => local.put('a/b', body),
      () => local.put('kept', body),
      () => local.put('c', (async function* () { yield body })(), { mode: 'create' }),
      () => local.putMany([['small', Buffer.from('x')], ['d', body]]),
    ]) await put().catch((error) => failures.push([error.code, error.subject, error.message]))
    console.log(JSON.stringify({ failures, kept: String(Buffer.from(await local.get('kept'))), files: readdirSync('root', { recursive: true }).sort() }))`

  test.skipIf(!canMount).each([
    ['large bodies', '2_000_000'],
    ['bodies that are written at once', '200_000'],
  ])('is an error that names key and folder, and leaves nothing behind: %s', (_, size) => {
    const filled = size === '200_000' ? 'head -c 900000 /dev/zero > filler' : 'true'
    const { failures, kept, files } = runInSmallDisk(filled, attempt.replace('SIZE', size)) as {
      failures: string[][]
      kept: string
      files: string[]
    }
    expect(failures.map(([code, subject]) => [code, subject])).toEqual(['a/b', 'kept', 'c', 'd'].map((key) => ['disk-full', key]))
    expect(failures[0]?.[2]).toMatch(
      /^Could not store "a\/b" in the datastore \/.*\/root: the disk is full \(ENOSPC\)\. Free some space, then resume the run\.$/,
    )
    expect(kept).toBe('before')
    expect(files).toEqual(['kept', 'small'])
  })
})

test.skipIf(!canMount)('a read-only folder is an error that names key and folder; what is there can be read', () => {
  const seen = runInSmallDisk(
    'mkdir root && printf before > root/kept && mount -o remount,ro .',
    `const local = store.createLocalStore('root')
     const failures = []
     for (const change of [() => local.put('kept', Buffer.from('x')), () => local.put('a/b', Buffer.from('x'), { mode: 'create' }), () => local.delete(['kept'])])
       await change().catch((error) => failures.push([error.code, error.subject, error.message]))
     console.log(JSON.stringify({ failures, kept: String(Buffer.from(await local.get('kept'))) }))`,
  ) as { failures: string[][]; kept: string }
  expect(seen.failures.map(([code, subject]) => [code, subject])).toEqual(['kept', 'a/b', 'kept'].map((key) => ['not-writable', key]))
  expect(seen.failures[0]?.[2]).toMatch(
    /^Could not store "kept" in the datastore \/.*\/root: its file system is read-only\. Choose another folder/,
  )
  expect(seen.kept).toBe('before')
})

describe('several processes', () => {
  test('that create runs of a flow at the same instant get numbers of their own', async () => {
    const folder = freshFolder()
    const children = Array.from({ length: 3 }, () =>
      startNode(
        `const local = store.createLocalStore(process.argv[1])
         const draft = { version: 1, flow: 'Flow', status: 'running', createdAt: new Date().toISOString(), heartbeatAt: new Date().toISOString(), parameters: {}, user: 'u', namespace: 'n', tags: [], systemTags: [], host: 'h', pid: process.pid }
         process.stdout.write('ready\\n')
         process.stdin.once('data', async () => {
           const numbers = []
           for (let count = 0; count < 20; count += 1) numbers.push(Number((await store.createRun(local, 'Flow', draft)).run))
           process.stdout.write(JSON.stringify(numbers))
           process.stdin.destroy()
         })`,
        folder,
      ),
    )
    await Promise.all(children.map(async (child) => child.stdout && once(child.stdout, 'data')))
    const outputs = children.map(outputOf)
    for (const child of children) child.stdin?.write('go\n')
    const numbers = (await Promise.all(outputs)).flatMap((output) => JSON.parse(output) as number[])
    expect(numbers.sort((left, right) => left - right)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
  })

  test('of which one is killed in the middle of a large put leave the object as it was', async () => {
    const folder = freshFolder()
    const local = createLocalStore(folder)
    await local.put('old/large', bytes('before'))
    for (const [key, mode] of [
      ['old/large', 'overwrite'],
      ['new/large', 'create'],
    ] as const) {
      const child = startNode(
        `const local = store.createLocalStore(process.argv[1])
         const piece = Buffer.alloc(1024 * 1024, 1)
         await local.put('${key}', (async function* () {
           for (let count = 0; count < 3; count += 1) yield piece
           process.stdout.write('half')
           await new Promise(() => setInterval(() => {}, 1000))
         })(), { mode: '${mode}' })`,
        folder,
      )
      if (child.stdout) await once(child.stdout, 'data')
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    expect(await keysOf(local)).toEqual(['old/large'])
    expect(await local.get('new/large')).toBeUndefined()
    expect(Buffer.from((await local.get('old/large')) ?? []).toString()).toBe('before')
    expect(await local.put('new/large', bytes('after'), { mode: 'create' })).toBe(true)
  })
})

describe('a local store', () => {
  test('makes its folder with the first put, and none by reading', async () => {
    const folder = join(freshFolder(), 'deep', 'er')
    const local = createLocalStore(folder)
    expect([await local.get('a'), await keysOf(local)]).toEqual([undefined, []])
    expect(() => readdirSync(folder)).toThrow(/ENOENT/)
    await local.put('a/b/c', bytes('x'))
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['a', 'a/b', 'a/b/c'])
    expect(local.url).toBe(pathToFileURL(folder).href)
  })

  test('leaves no temporary file and no empty folder after a put that failed', async () => {
    const folder = freshFolder()
    const local = createLocalStore(folder)
    const broken = (async function* () {
      yield new Uint8Array(300_000)
      throw new Error('broken')
    })()
    await expect(local.put('a/b/c', broken)).rejects.toThrow('broken')
    await local.put('taken', bytes('x'))
    expect(await local.put('taken', bytes('y'), { mode: 'create' })).toBe(false)
    expect(readdirSync(folder, { recursive: true })).toEqual(['taken'])
  })

  test('says that a key cannot be both an object and a front part of others', async () => {
    const local = createLocalStore(freshFolder())
    await local.put('a/b', bytes('x'))
    for (const key of ['a', 'a/b/c']) {
      const failure = await local.put(key, bytes('x')).catch((error: unknown) => error)
      expect(MillraceError.is(failure, 'store-failed') && failure.message).toMatch(/a folder and a file would need the same name/)
    }
    expect(await keysOf(local)).toEqual(['a/b'])
  })

  test('says that its own path is a file, or leads through one', async () => {
    const folder = freshFolder()
    writeFileSync(join(folder, 'file'), 'no folder')
    for (const root of ['file', 'file/below']) {
      const failure = await createLocalStore(join(folder, root))
        .put('a/b', bytes('x'))
        .catch((error: unknown) => error)
      expect(MillraceError.is(failure, 'not-writable') && failure.message).toMatch(/is a file, or leads through one/)
    }
  })

  test('does not list what is no file', async () => {
    const folder = freshFolder()
    const local = createLocalStore(folder)
    await local.put('a', bytes('x'))
    symlinkSync('/nowhere', join(folder, 'dangling'))
    expect(await keysOf(local)).toEqual(['a'])
  })
})

describe('openStore', () => {
  test('takes a path, a file URL and memory:NAME', async () => {
    const folder = freshFolder()
    await openStore(folder).put('a', bytes('x'))
    expect(await keysOf(openStore(pathToFileURL(folder).href))).toEqual(['a'])
    await openStore('memory:shared').put('b', bytes('x'))
    expect(await keysOf(openStore('memory:shared'))).toEqual(['b'])
    expect(await keysOf(openStore('memory:other'))).toEqual([])
  })

  test('says what it cannot open', () => {
    for (const root of ['s3://', 's3://UPPER/x', 's3:bucket', 's3://bucket/a/../b', 's3://bucket//a'])
      expect(() => openStore(root)).toThrow(RangeError)
    expect(openStore('s3://bucket/prefix/').url).toBe('s3://bucket/prefix')
    expect(openStore('s3://bucket').url).toBe('s3://bucket')
    expect(() => openStore('https://example.org')).toThrow(RangeError)
    expect(() => openStore('')).toThrow(RangeError)
  })
})

test('findRoot gives the nearest .millrace folder above, past a file of that name, else the one that would be made here', () => {
  const folder = freshFolder()
  const inner = join(folder, 'a', 'b')
  mkdirSync(inner, { recursive: true })
  writeFileSync(join(inner, '.millrace'), 'a file is no datastore')
  mkdirSync(join(folder, '.millrace'))
  expect(findRoot(inner)).toBe(join(folder, '.millrace'))
  expect(findRoot(folder)).toBe(join(folder, '.millrace'))
  expect(findRoot('/')).toBe('/.millrace')
})
