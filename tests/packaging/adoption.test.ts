import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Devstack, startDevstack } from '@millrace/devstack'
import { type PackedPackage, packPackages, rootFolder } from 'millrace-scripts/pack-packages'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { installCeilings } from './entry-ceilings.ts'
import { type Ended, InstalledProject, type ProjectOptions, toolchains } from './installed-project.ts'

let folder: string
let packed: readonly PackedPackage[]
let stack: Devstack

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-adoption-'))
  packed = await packPackages(folder)
  stack = await startDevstack({ dir: join(folder, 'stack'), buckets: ['lake'] })
}, 120_000)
afterAll(async () => {
  await stack.close()
  await rm(folder, { recursive: true, force: true })
})

// An install takes its time: every day the S3 client and the framework by npm on the older Node, beside what packaging.test.ts does by pnpm on the
// newer one; with MILLRACE_PACKAGING=all each way of adoption by each pair.
const all = process.env.MILLRACE_PACKAGING === 'all'

async function checkTypes(project: InstalledProject): Promise<void> {
  for (const compiler of ['TypeScript 7', 'TypeScript 5.9'] as const)
    expect({ compiler, ...(await project.checkTypes(compiler)) }).toEqual({ compiler, exitCode: 0, stdout: '', stderr: '' })
}

/** Node 22 says that running TypeScript is new to it. */
const notices = /^\(node:\d+\) ExperimentalWarning: Type Stripping .*\n\(Use .*\)\n/gm

describe.each(all ? toolchains : toolchains.slice(0, 1))('by $manager on Node $node', { timeout: 180_000 }, (toolchain) => {
  const install = async (packages: readonly string[], files: ProjectOptions['files'] = {}): Promise<InstalledProject> => {
    const project = await InstalledProject.create({ ...toolchain, packed, packages, files })
    onTestFinished(() => project[Symbol.asyncDispose]())
    const megabytes = (await project.installedBytes()) / 1e6
    expect(megabytes, `MB installed with ${packages}`).toBeLessThan(installCeilings[packages.join()] ?? 0)
    return project
  }
  const runFile = async (project: InstalledProject, args: readonly string[]): Promise<Ended> => {
    const ended = await project.run('node', args, { ...stack.env })
    return { ...ended, stderr: ended.stderr.replaceAll(notices, '') }
  }

  test('the S3 client alone puts, lists and gets, and brings no other package of Millrace', async () => {
    const project = await install(['@millrace/s3-fast'], {
      'copy.ts': `import { S3 } from '@millrace/s3-fast'

const s3 = new S3({ root: 's3://lake/${toolchain.manager}-${toolchain.node}' })
await s3.put('days/1.json', JSON.stringify({ sum: 3 }))
for await (const { key } of s3.list('days')) console.log(key)
const day = await s3.get('days/1.json')
console.log(await day.json())
await s3.close()
`,
    })
    expect(await runFile(project, ['copy.ts'])).toEqual({ exitCode: 0, stdout: 'days/1.json\n{ sum: 3 }\n', stderr: '' })
    expect(await project.ownPackages()).toEqual(['@millrace/s3-fast'])
    await checkTypes(project)
    await project.write(
      'loads.ts',
      `import { loadedPackages } from './loaded.ts'

const { S3, S3Error } = await import('@millrace/s3-fast')
const s3 = new S3({ root: 's3://bucket', endpoint: 'http://127.0.0.1:9', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, deadlineMs: 1 })
const error = await s3.get('key').catch((error) => error)
console.log(JSON.stringify([S3Error.is(error) && error.code, loadedPackages()]))
`,
    )
    const { stdout } = await project.run('node', ['loads.ts'])
    expect(JSON.parse(stdout)).toEqual(['connection-failed', ['@millrace/s3-fast']])
  })

  test.runIf(all)('the Batch executor alone submits a command, follows its log and gets its exit code', async () => {
    const project = await install(['@millrace/batch-executor'], {
      'submit.ts': `import { BatchExecutor } from '@millrace/batch-executor'

const batch = new BatchExecutor({ queue: 'millrace', image: 'node:24-slim', cacheFolder: false })
const job = await batch.submit({ name: 'answer', command: ['node', '-e', 'console.log(6 * 7); process.exit(3)'], cpu: 1, memory: 512 })
for await (const { text } of job.logs()) console.log(text)
const { status, exitCode, failure } = await job.wait()
console.log(status, exitCode, failure?.kind)
await batch.close()
`,
    })
    expect(await runFile(project, ['submit.ts'])).toEqual({ exitCode: 0, stdout: '42\nfailed 3 exited\n', stderr: '' })
    await checkTypes(project)
  })

  test('millrace alone runs the flow of the README, and a client reads it', async () => {
    const readme = await readFile(join(rootFolder, 'README.md'), 'utf8')
    const [, flow = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? []
    const project = await install(['millrace'], {
      'squares.ts': flow,
      'read.ts': `import { Client } from 'millrace/client'
import Squares from './squares.ts'

const run = await Client.open().flow(Squares).latestSuccessfulRun()
const total: number | undefined = (await run?.data())?.total
console.log(total)
`,
    })
    const ran = await runFile(project, ['squares.ts', '--quiet', 'run', '--size', '20'])
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The total is 2470.'), stderr: '' })
    expect(await runFile(project, ['read.ts'])).toEqual({ exitCode: 0, stdout: '2470\n', stderr: '' })
    expect(await project.run('millrace', ['squares.ts', 'dump', '1/gather'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('total = 2470'),
    })
    await checkTypes(project)
  })
})
