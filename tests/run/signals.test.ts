import { readFileSync } from 'node:fs'
import { listTasks, readRun } from '@millrace/artifact-store'
import { describe, expect, it } from 'vitest'
import { type RunningCommand, TestBed } from './run-command.ts'

/** Every process that the run has told of. */
async function processesOf({ finished }: RunningCommand): Promise<number[]> {
  const { stdout } = await finished
  return [...stdout.matchAll(/(?:worker|child)=(\d+)/g)].map((match) => Number(match[1]))
}

/** A process that has ended may be a zombie for as long as its new parent pleases; it runs no more. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** SIGKILL is sent before the run ends, and takes effect a moment later. */
const expectGone = (pids: readonly number[]): Promise<void> => expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([])

const bothWait = /waiting \d.*waiting \d/s

describe('a run that is ended', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s exits with %i, leaves no process and says so in its records', async (signal, exitCode) => {
    using bed = new TestBed()
    const run = bed.start('wait', ['run', '--max-workers', '2'])
    await run.seen(bothWait)
    run.child.kill(signal)
    const { code, stderr } = await run.finished
    expect(code, stderr).toBe(exitCode)
    const pids = await processesOf(run)
    expect(pids).toHaveLength(4)
    await expectGone(pids)
    expect(await readRun(bed.store, { flow: 'Wait', run: '1' })).toMatchObject({ status: 'interrupted' })
    const tasks = await listTasks(bed.store, 'Wait', '1', 'work')
    expect(tasks.map((task) => [task.status, task.error?.code])).toEqual([
      ['failed', 'cancelled'],
      ['failed', 'cancelled'],
    ])
  })

  it('because one task failed ends the others', async () => {
    using bed = new TestBed()
    const run = bed.start('wait', ['run', '--max-workers', '2', '--fail'])
    const { code, stderr } = await run.finished
    expect(code).toBe(1)
    expect(stderr).toContain('one of us failed')
    await expectGone(await processesOf(run))
    const tasks = await listTasks(bed.store, 'Wait', '1', 'work')
    expect(tasks.map((task) => task.error?.code ?? task.error?.message).sort()).toEqual(['cancelled', 'one of us failed'])
  })

  it('while its tasks ignore SIGTERM kills them after 5 s', async () => {
    using bed = new TestBed()
    const run = bed.start('wait', ['run', '--max-workers', '2', '--stubborn'])
    await run.seen(bothWait)
    run.child.kill('SIGTERM')
    const { code, stdout } = await run.finished
    expect(code).toBe(143)
    expect(stdout).toContain('ignoring SIGTERM')
    await expectGone(await processesOf(run))
  })

  it('by SIGKILL leaves no worker behind', async () => {
    using bed = new TestBed()
    const run = bed.start('wait', ['run', '--max-workers', '2'])
    await run.seen(bothWait)
    run.child.kill('SIGKILL')
    // Their pipes close when the last of them has ended, which is what `finished` waits for.
    await run.finished
    const pids = await processesOf(run)
    expect(pids).toHaveLength(4)
    await expectGone(pids)
  })
})
