import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listTasks, readRun } from '@millrace/artifact-store'
import { describe, expect, it } from 'vitest'
import { TestBed } from './run-command.ts'

const said = (path: string): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)

describe('a step that is tried again', () => {
  it('holds no worker while it waits, and its error is that of the last attempt', async () => {
    using bed = new TestBed()
    const path = join(bed.root, 'said.txt')
    const { code, stdout, stderr } = await bed.run('patience', 'run', '--said', path, '--max-workers', '1')
    expect(code, stderr).toBe(0)
    expect(said(path)).toEqual(['fragile 0', 'sturdy', 'fragile 1', 'fragile 2'])
    expect(stderr).toContain('attempt 0 is too early. It will be tried again in 0.3s.')
    expect(stderr).toContain('attempt 1 is too early. It will be tried again in 0.6s.')
    expect(stderr).toContain('attempt 1 failed. The flow goes on, with the error in failure.')
    expect(stdout).toContain('caught: attempt 1 failed')
  })

  it('and exits with 202 is not tried again', async () => {
    using bed = new TestBed()
    const path = join(bed.root, 'said.txt')
    const { code, stderr } = await bed.run('patience', 'run', '--said', path, '--exit-code', '202')
    expect(code).toBe(1)
    expect(stderr).toContain('asks not to be tried again')
    expect(said(path).filter((line) => line.startsWith('fragile'))).toEqual(['fragile 0'])
  })

  it('survives a worker that is killed every now and then', async () => {
    using bed = new TestBed()
    const ran = join(bed.root, 'ran.txt')
    const run = bed.start('tally', ['run', '--width', '60', '--ran', ran, '--kill-every', '12', '--max-workers', '2', '--with', 'retry:2'])
    const { code, stdout, stderr } = await run.finished
    expect(code, stderr).toBe(0)
    expect(stderr.match(/SIGKILL/g)).toHaveLength(10)
    expect(stdout).toContain('The total is 70210')
    expect((await listTasks(bed.store, 'Tally', '1', 'compute')).filter(({ status }) => status === 'succeeded')).toHaveLength(60)
  })
})

it('a clock that jumps back breaks nothing: a run, its commands and resume do what they always do', async () => {
  using bed = new TestBed()
  const env = { NODE_OPTIONS: `--import=${new URL('./jumping-clock.mjs', import.meta.url).href}` }
  const run = await bed.start('recover', ['run', '--marker', join(bed.root, 'marker')], { env }).finished
  expect(run.code, run.stderr).toBe(0)
  expect(await readRun(bed.store, { flow: 'Recover', run: '1' })).toMatchObject({ status: 'succeeded' })
  const wide = await bed.start('wide', ['run', '--width', '40'], { env }).finished
  expect(wide.code, wide.stderr).toBe(0)
  for (const args of [['runs'], ['logs', '1'], ['dump', '1']]) {
    const { code, stdout, stderr } = await bed.start('wide', args, { env }).finished
    expect(code, stderr).toBe(0)
    expect(stdout).not.toMatch(/NaN|Invalid|-\d+(\.\d+)?(s|ms|m)\b/)
  }
  expect(wide.stderr).not.toMatch(/NaN|Invalid| -\d+(\.\d+)?(s|ms|m)\b/)
  const resumed = await bed.start('wide', ['resume', 'gather'], { env }).finished
  expect([resumed.code, resumed.stdout]).toEqual([0, expect.stringContaining('The total is 20540.')])
})
