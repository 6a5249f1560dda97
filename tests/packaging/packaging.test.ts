import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startDevstack } from '@millrace/devstack'
import { blocksOf } from '@millrace-tests/docs/page'
import { parseTranscript, steady } from '@millrace-tests/docs/transcript'
import { type PackedPackage, packPackages, rootFolder } from 'millrace-scripts/pack-packages'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EntryLoad, entryCeilings, loadsScript } from './entry-ceilings.ts'
import { type Ended, InstalledProject } from './installed-project.ts'

const execute = promisify(execFile)
const contractFolder = join(rootFolder, '../shared/contract')
const machineNode = ['/usr/local/bin/node', '/usr/bin/node'].find((path) => existsSync(path))
const machineNodeMajor = machineNode ? Number((await execute(machineNode, ['-p', 'process.versions.node'])).stdout.split('.')[0]) : 0

/** The README's blocks of code in `language`, in order. */
async function readmeBlocks(language: string): Promise<readonly string[]> {
  const blocks = blocksOf(await readFile(join(rootFolder, 'README.md'), 'utf8'))
  return blocks.filter((block) => block.language === language).map(({ text }) => text)
}

let folder: string
let project: InstalledProject
let packed: readonly PackedPackage[]

/** Installs the tarballs, and from the registry only what they depend on, into an empty project. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-tarballs-'))
  packed = await packPackages(folder)
  const [flow = ''] = await readmeBlocks('ts')
  const packages = packed.map(({ name }) => name)
  project = await InstalledProject.create({ manager: 'pnpm', node: 24, packed, packages, files: { 'squares.ts': flow } })
}, 120_000)

afterAll(async () => {
  await project[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const run = (command: string, ...args: string[]): Promise<Ended> => project.run(command, args)
const checkTypes = async (): Promise<void> =>
  expect(await project.checkTypes('TypeScript 7')).toEqual({ exitCode: 0, stdout: '', stderr: '' })

describe('the packed packages, installed into an empty project', () => {
  test('hold every entry point that they name; each can be imported, and loads no more than it may', async () => {
    const specifiers: string[] = []
    for (const { name } of packed) {
      const manifest: { exports: Record<string, unknown> } = JSON.parse(
        await readFile(join(project.folder, 'node_modules', name, 'package.json'), 'utf8'),
      )
      // An entry without types is a program, not a module.
      const modules = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object')
      specifiers.push(...modules.map(([path]) => name + path.slice(1)))
    }
    await project.write('loads.mjs', loadsScript)
    const found = new Map<string, EntryLoad>()
    for (const specifier of specifiers) {
      const { exitCode, stdout, stderr } = await run('node', 'loads.mjs', specifier)
      expect({ specifier, exitCode, stderr }).toEqual({ specifier, exitCode: 0, stderr: '' })
      found.set(specifier, JSON.parse(stdout))
    }
    expect(Object.keys(entryCeilings).sort()).toEqual([...found.keys()].sort())
    const above = [...found].filter(([specifier, { files, kilobytes }]) => {
      const ceiling = entryCeilings[specifier]
      return ceiling === undefined || files > ceiling.files || kilobytes > ceiling.kilobytes
    })
    expect(above).toEqual([])
  })

  test('type-check a flow, and themselves, with nothing skipped', async () => {
    await checkTypes()
  })

  test.skipIf(!existsSync(contractFolder))('keep the type contract', async () => {
    const files = (await readdir(contractFolder)).filter((name) => name.endsWith('.ts'))
    expect(files).not.toEqual([])
    for (const name of files) await cp(join(contractFolder, name), join(project.folder, name))
    await checkTypes()
  })

  test('do what the README shows', async () => {
    const transcripts = await readmeBlocks('console')
    expect(transcripts).not.toEqual([])
    for (const transcript of transcripts) {
      for (const { command, output } of parseTranscript(transcript)) {
        const { exitCode, stdout, stderr } = await project.run('sh', ['-c', `${command} 2>&1`], { MILLRACE_USER: 'ada' })
        expect({ exitCode, stderr, output: steady(stdout) }).toEqual({ exitCode: 0, stderr: '', output: steady(output) })
      }
    }
  })

  test('decode tables on a thread, and tell how to install what SQL and Arrow need', async () => {
    const script = `import { Worker } from 'node:worker_threads'
import { openTable, sql, writeTable } from '@millrace/tables'
const thread = new Worker(new URL('./tables-decode-thread.js', import.meta.resolve('@millrace/tables')))
thread.postMessage({ id: 7, job: { columns: [], wanted: [], predicates: [], limit: 1 } })
thread.once('message', async ({ id, kind }) => {
  console.log(id, kind)
  await thread.terminate()
  await writeTable('numbers', { x: Int32Array.of(1, 2) })
  const table = await openTable('numbers')
  for (const read of [() => table.scan().toArrow(), () => sql('from t', { tables: { t: table } }).toColumns()]) await read().catch(({ code, message }) => console.log(code, message))
})`
    await project.write('tables.mjs', script)
    expect(await run('node', 'tables.mjs')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `7 decoded
unsupported Could not make an Arrow table: apache-arrow is not installed. Install it: npm install apache-arrow
unsupported Could not run SQL: @duckdb/node-api is not installed. Install it: npm install @duckdb/node-api
`,
    })
  })

  test('run a flow by the command, which bundles it', async () => {
    expect(await run('node_modules/.bin/millrace', 'squares.ts', 'run', '--size', '5')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('The total is 30.'),
    })
  })

  test('read by millrace/client what ran, typed, and load no more than they need for it', async () => {
    await run('node_modules/.bin/millrace', 'squares.ts', 'run', '--size', '5', '--tag', 'packed')
    await project.write(
      'read.ts',
      `import { loadedPackages } from './loaded.ts'
      const { Client } = await import('millrace/client')
      const packages = loadedPackages()
      const { default: Squares } = await import('./squares.ts')
      const run = await Client.open().flow(Squares).latestSuccessfulRun()
      const total: number | undefined = (await run?.data())?.total
      console.log(JSON.stringify({ packages, total, tags: run?.tags }))
      `,
    )
    await checkTypes()
    const { exitCode, stdout, stderr } = await run('node', 'read.ts')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      packages: ['@millrace/artifact-store', '@millrace/client', '@millrace/core-graph', 'millrace'],
      total: 30,
      tags: ['packed'],
    })
  })

  test('submit jobs with batch-executor alone, which loads nothing else of Millrace, and of the AWS SDK what a call needs when it is made', async () => {
    await project.write(
      'submit.ts',
      `import { loadedPackages } from './loaded.ts'
      const { BatchExecutor, BatchError } = await import('@millrace/batch-executor')
      const batch = new BatchExecutor({ queue: 'millrace', image: 'node:24-slim', cacheFolder: false })
      const before = loadedPackages()
      const error: unknown = await batch.submit({ name: 'x', command: ['true'], cpu: 1, memory: 512, queue: 'none' }).catch((caught: unknown) => caught)
      const after = loadedPackages().filter((name) => /^@millrace|@aws-sdk.client/.test(name))
      const job = await batch.submit({ name: 'answer', command: ['node', '-e', 'console.log(6 * 7); process.exit(3)'], cpu: 1, memory: 512 })
      const lines: string[] = []
      for await (const { text } of job.logs()) lines.push(text)
      const { status, exitCode } = await job.wait()
      await batch.close()
      console.log(JSON.stringify({ before, after, known: error instanceof BatchError, lines, status, exitCode }))
      `,
    )
    await checkTypes()
    await using stack = await startDevstack({ dir: join(folder, 'stack') })
    const { exitCode, stdout, stderr } = await project.run('node', ['submit.ts'], { ...stack.env })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual({
      before: ['@millrace/batch-executor'],
      after: ['@aws-sdk/client-batch', '@millrace/batch-executor'],
      known: true,
      lines: ['42'],
      status: 'failed',
      exitCode: 3,
    })
  })

  test('answer --version with the version that was packed', async () => {
    const { stdout } = await run('node_modules/.bin/millrace', '--version')
    expect(stdout.trim()).toContain(packed.find(({ name }) => name === 'millrace')?.version)
  })

  test.skipIf(machineNodeMajor === 0 || machineNodeMajor >= 22)('say on a too old Node, in one line, which one is needed', async () => {
    const { exitCode, stdout, stderr } = await run(machineNode ?? '', 'node_modules/millrace/bin/millrace.js', 'squares.ts', 'run')
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/Node 22\.19 .*20\./)])
  })
})
