import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { listRuns, loadArtifact, readRun, readTask } from '@millrace/artifact-store'
import type { ArtifactRef } from '@millrace/core-graph'
import { describe, expect, it } from 'vitest'
import { TestBed } from './run-command.ts'

const mebibyte = 1024 * 1024

/** A file of bytes that do not compress, no two mebibytes the same. Returns their hash. */
function writeNoise(path: string, mebibytes: number): string {
  const block = createHash('shake256', { outputLength: mebibyte }).update('noise').digest()
  const sum = createHash('sha256')
  const file = openSync(path, 'w')
  for (let index = 0; index < mebibytes; index += 1) {
    block.writeUInt32LE(index)
    sum.update(block)
    writeSync(file, block)
  }
  closeSync(file)
  return sum.digest('hex')
}

/** Runs and gives, beside the result, the most memory that the scheduler's process ever had. */
async function runMeasured(bed: TestBed, args: readonly string[]): Promise<{ code: number | null; stderr: string; peakBytes: number }> {
  const peaks = join(bed.root, 'peaks')
  mkdirSync(peaks, { recursive: true })
  const { child, finished } = bed.start('files', ['--quiet', 'run', ...args], {
    env: { MILLRACE_TEST_PEAKS: peaks, NODE_OPTIONS: `--import=${new URL('./peak-memory.mjs', import.meta.url).href}` },
  })
  const { code, stderr } = await finished
  return { code, stderr, peakBytes: Number(readFileSync(join(peaks, String(child.pid)), 'utf8')) * 1024 }
}

const found = async (bed: TestBed, run: string): Promise<unknown> => {
  const record = await readTask(bed.store, { flow: 'Files', run, step: 'end', task: '2' })
  return loadArtifact(bed.store, 'Files', 'found', record?.artifacts.found as ArtifactRef)
}

async function hasRuns(bed: TestBed): Promise<boolean> {
  for await (const _ of listRuns(bed.store, 'Files')) return true
  return false
}

describe('a file as a parameter', () => {
  it('of several hundred MiB goes into the datastore without being in memory, and comes to the step as it was', async () => {
    using bed = new TestBed()
    const [small, large] = [join(bed.root, 'small'), join(bed.root, 'large')]
    writeNoise(small, 1)
    const sha256 = writeNoise(large, 384)
    const before = await runMeasured(bed, ['--data', small])
    const after = await runMeasured(bed, ['--data', large])
    expect([before.code, after.code, after.stderr]).toEqual([0, 0, ''])
    // Two chunks of 64 MiB, and what the collector has not yet taken.
    expect(after.peakBytes - before.peakBytes).toBeLessThan(224 * mebibyte)
    expect(await found(bed, '2')).toEqual({ sizeBytes: 384 * mebibyte, sha256, length: undefined })
    const { parameters } = (await readRun(bed.store, { flow: 'Files', run: '2' })) ?? {}
    expect(parameters?.data).toMatchObject({ chunked: true, sizeBytes: expect.any(Number) })
    expect(JSON.stringify(parameters).length).toBeLessThan(2_000)
  })

  it('that is longer than one text can be is refused as text, with what to do', async () => {
    using bed = new TestBed()
    const path = join(bed.root, 'sparse')
    writeFileSync(path, '')
    truncateSync(path, 2 ** 29)
    const { code, stderr } = await bed.run('files', 'run', '--text', path)
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^error: --text: Could not include the file ".*": it is longer than the 536870888 characters .* Use includeFile\(\{ encoding: null \}\) to take its bytes\.\n$/,
    )
    expect(await hasRuns(bed)).toBe(false)
  })

  it('is kept by resume, whatever has become of the file, and refused where another is given', async () => {
    using bed = new TestBed()
    const path = join(bed.root, 'kept.txt')
    writeFileSync(path, 'x'.repeat(5_000))
    expect((await bed.run('files', 'run', '--text', path)).code).toBe(0)
    expect((await bed.run('files', 'resume', 'end', '--text', path)).code).toBe(0)
    writeFileSync(path, 'y'.repeat(5_000))
    const { code, stderr } = await bed.run('files', 'resume', 'end', '--text', path)
    expect([code, stderr]).toEqual([2, expect.stringContaining('--text is not what it was in Files/2')])
    rmSync(path)
    expect((await bed.run('files', 'resume', 'end')).code).toBe(0)
    expect(await found(bed, '3')).toMatchObject({ length: 5_000 })
  })

  it('may be a pipe, which is read once', async () => {
    using bed = new TestBed()
    const pipe = join(bed.root, 'pipe')
    execFileSync('mkfifo', [pipe])
    const { finished } = bed.start('files', ['run', '--text', pipe])
    const writer = await open(pipe, 'w')
    await writer.writeFile('é'.repeat(100_000))
    await writer.close()
    expect((await finished).code).toBe(0)
    expect(await found(bed, '1')).toMatchObject({ length: 100_000 })
  })

  it('that is still read when the user interrupts leaves no run behind', async () => {
    using bed = new TestBed()
    const pipe = join(bed.root, 'pipe')
    execFileSync('mkfifo', [pipe])
    const { child, finished } = bed.start('files', ['run', '--data', pipe])
    const writer = await open(pipe, 'w')
    child.kill('SIGINT')
    // Nobody reads any more once the command is over.
    const written = (async () => {
      while (true) await writer.write(Buffer.alloc(65_536))
    })().catch((error: NodeJS.ErrnoException) => error.code)
    expect(await finished).toMatchObject({ code: 130, stdout: '' })
    expect(await written).toBe('EPIPE')
    await writer.close()
    expect(await hasRuns(bed)).toBe(false)
  })
})
