import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listTasks, readRun } from '@millrace/artifact-store'
import { describe, expect, it } from 'vitest'
import { TestBed } from './run-command.ts'

/** A file system of its own, unmounted in the end; `undefined` where this user may not mount. */
function mountSmall(sizeKiB: number): (Disposable & { readonly path: string }) | undefined {
  const path = mkdtempSync(join(tmpdir(), 'millrace-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    rmdirSync(path)
    return undefined
  }
  return {
    path,
    [Symbol.dispose]: () => {
      execFileSync('umount', ['--lazy', path])
      rmdirSync(path)
    },
  }
}

function blobsOf(bed: TestBed, flow: string): string[] {
  const folder = join(bed.root, flow, 'blobs')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

describe('a datastore', () => {
  it('on a full disk ends the run with an error that says so, and keeps what was there', async ({ skip }) => {
    using disk = mountSmall(200)
    if (!disk) return skip('this user may not mount a file system')
    const bed = new TestBed(join(disk.path, 'store'))
    expect((await bed.run('wide', 'run')).code).toBe(0)
    const { code, stderr } = await bed.run('heavy', 'run', '--megabytes', '1')
    expect(code).toBe(1)
    expect(stderr).toMatch(/disk is full|no space/i)
    expect(stderr).toContain(disk.path)
    expect(await readRun(bed.store, { flow: 'Wide', run: '1' })).toMatchObject({ status: 'succeeded' })
    // Nothing half written is left: there is room for small things again.
    expect((await bed.run('wide', 'run')).code).toBe(0)
  })

  it('whose disk fills up during a foreach ends the run and loses nothing that had finished', async ({ skip }) => {
    using disk = mountSmall(400)
    if (!disk) return skip('this user may not mount a file system')
    const bed = new TestBed(join(disk.path, 'store'))
    const filler = join(disk.path, 'filler')
    const { code, stderr, stdout } = await bed.run('fill', 'run', '--path', filler, '--max-workers', '1')
    expect(code, stderr).toBe(1)
    expect(stderr).toMatch(/Step work failed, in the task 1\/work\/4:.*the disk is full \(ENOSPC\)\. Free some space/s)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stdout).toContain("this task's log could not be saved")
    expect((await listTasks(bed.store, 'Fill', '1', 'work')).map((task) => [task.task, task.status])).toEqual([
      ['2', 'succeeded'],
      ['3', 'succeeded'],
    ])
    // What could not be written down is known all the same: the process has gone.
    expect((await bed.run('fill', 'runs')).stdout).toMatch(/^1 +(lost|failed) /m)
    rmSync(filler)
    expect((await bed.run('fill', 'logs', '1/work/3')).stdout).toBe('working on 1\n')
    expect((await bed.run('wide', 'run')).code).toBe(0)
  })

  it('that can only be read ends the command with one error and exit code 1 before anything runs', async ({ skip }) => {
    using disk = mountSmall(1_000)
    if (!disk) return skip('this user may not mount a file system')
    const bed = new TestBed(join(disk.path, 'store'))
    expect((await bed.run('wide', 'run')).code).toBe(0)
    execFileSync('mount', ['-o', 'remount,ro', disk.path])
    const { code, stderr, stdout } = await bed.run('wide', 'run')
    expect(code).toBe(1)
    expect(stderr).toMatch(/not.*written|read-only/i)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stdout).toBe('')
    expect((await bed.run('wide', 'runs')).stdout).toContain('succeeded')
  })

  it.each([
    ['cut off', (path: string) => truncateSync(path, statSync(path).size - 1)],
    [
      'altered',
      (path: string) => {
        const bytes = readFileSync(path)
        bytes[bytes.length - 7] = (bytes[bytes.length - 7] ?? 0) ^ 1
        writeFileSync(path, bytes)
      },
    ],
  ])('with a blob that is %s never gives a wrong value: the error names artifact and file', async (_how, damage) => {
    using bed = new TestBed()
    expect((await bed.run('heavy', 'run')).code).toBe(0)
    for (const path of blobsOf(bed, 'Heavy')) damage(path)
    const dumped = await bed.run('heavy', 'dump', '1/start/1', '--include', 'data', '--max-value-size', '10000000')
    expect(dumped.code).toBe(1)
    expect(dumped.stderr).toMatch(/artifact Heavy\/1\/start\/1\/data: the blob Heavy\/blobs\//)
  })
})
