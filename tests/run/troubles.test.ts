import { listTasks, readRun, readTask } from '@millrace/artifact-store'
import { describe, expect, it } from 'vitest'
import { TestBed } from './run-command.ts'

const troubles: readonly { how: string; says: RegExp; env?: NodeJS.ProcessEnv }[] = [
  { how: 'throw', says: /work.*RangeError: two is too many/s },
  { how: 'reject', says: /work.*RangeError: two is too many/s },
  { how: 'text', says: /work.*just text/s },
  { how: 'exit', says: /work.*exited with code 3 before the step ended/s },
  { how: 'kill', says: /work.*killed by SIGKILL/s },
  { how: 'abort', says: /work.*killed by SIGABRT/s },
  { how: 'hang', says: /work.*never settled/s },
  { how: 'floating', says: /work.*nobody awaited me/s },
  { how: 'memory', says: /work.*heap was full.*max-old-space-size/s, env: { NODE_OPTIONS: '--max-old-space-size=60' } },
]

describe('a task that', () => {
  it.each(troubles)('comes to $how ends the run with one clear error, exit code 1, and a record', async ({ how, says, env = {} }) => {
    using bed = new TestBed()
    const { code, stderr } = await bed.start('trouble', ['run', '--how', how, '--max-workers', '1'], { env }).finished
    expect(code, stderr).toBe(1)
    expect(stderr).toMatch(says)
    const run = await readRun(bed.store, { flow: 'Trouble', run: '1' })
    expect(run).toMatchObject({ status: 'failed', error: { subject: 'work/3' } })
    const failed = await readTask(bed.store, { flow: 'Trouble', run: '1', step: 'work', task: '3' })
    expect(failed?.status).toBe('failed')
    expect(failed?.error?.message).toBe(run?.error?.message)
    // What had finished before is kept, with its artifacts and its log.
    const first = await readTask(bed.store, { flow: 'Trouble', run: '1', step: 'work', task: '2' })
    expect(first?.artifacts).toHaveProperty('value')
    const log = await bed.run('trouble', 'logs', '1/work/3')
    expect(log.stdout).toContain('working on 1')
    expect(log.stdout).toContain('careful with 1')
  })

  it('cannot get a process ends the run with what the system said', async () => {
    using bed = new TestBed()
    const { code, stderr } = await bed.run('too-large', 'run')
    expect(code).toBe(1)
    expect(stderr).toMatch(/Step work failed.*Could not start a worker process: spawn E2BIG\. Its environment is too large/s)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(await readTask(bed.store, { flow: 'TooLarge', run: '1', step: 'work', task: '2' })).toMatchObject({ status: 'failed' })
  })

  it('fails among thousands that have not begun leaves no trace of these, in records or in messages', async () => {
    using bed = new TestBed()
    const { code, stdout, stderr } = await bed.run('trouble', 'run', '--how', 'throw', '--width', '3000', '--max-workers', '1')
    expect(code).toBe(1)
    // One more may have begun before the failure was heard of.
    const tasks = (await listTasks(bed.store, 'Trouble', '1', 'work')).map((task) => task.task)
    expect(['2', '3', '4']).toEqual(expect.arrayContaining(tasks))
    expect(`${stdout}${stderr}`.split('\n').length).toBeLessThan(40)
  })

  it.each(['send', 'silence'])('comes to %s is no trouble to the run', async (how) => {
    using bed = new TestBed()
    const { code, stdout, stderr } = await bed.run('trouble', 'run', '--how', how, '--max-workers', '1')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('The total is 3.')
    expect(stdout).toContain('working on 2')
  })

  it('leaves a timer running does not disturb the next one, and is told so', async () => {
    using bed = new TestBed()
    const { code, stdout } = await bed.run('trouble', 'run', '--how', 'timer', '--max-workers', '1')
    expect(code).toBe(0)
    expect(stdout).toMatch(/1\/work\/3.*left work running \(Timeout\)/)
    expect(stdout).not.toContain('too late')
    expect(stdout).toContain('The total is 3.')
  })

  it.each([
    { args: ['--how', 'twice'], says: /called this\.next twice/ },
    { args: ['--how', 'none'], says: /ended without calling this\.next/ },
    { args: ['--how', 'function'], says: /anything\.layers\[0\]\.activation is a function/ },
    { args: ['--how', 'two'], says: /anything\.a.*symbol/i },
    { args: ['--how', 'this'], says: /anything/ },
  ])('goes $args on wrongly is told what to write', async ({ args, says }) => {
    using bed = new TestBed()
    const { code, stderr } = await bed.run('transitions', 'run', ...args)
    expect(code).toBe(1)
    expect(stderr).toMatch(says)
    expect(await readRun(bed.store, { flow: 'Transitions', run: '1' })).toMatchObject({ status: 'failed', error: { subject: 'start/1' } })
  })

  it('fans out over nothing is told which artifact is empty', async () => {
    using bed = new TestBed()
    const { code, stderr } = await bed.run('wide', 'run', '--width', '0')
    expect(code).toBe(1)
    expect(stderr).toMatch(/this\.numbers is empty/)
  })

  it('fans out over more than the limit is told the limit and how to raise it', async () => {
    using bed = new TestBed()
    const { code, stderr } = await bed.run('wide', 'run', '--width', '6', '--max-num-splits', '5')
    expect(code).toBe(1)
    expect(stderr).toMatch(/more than 5 items.*--max-num-splits/s)
    expect((await bed.run('wide', 'run', '--width', '5', '--max-num-splits', '5')).code).toBe(0)
  })
})

describe('step options', () => {
  it('retry, catch, timeout and environment do what they say', async () => {
    using bed = new TestBed()
    const { code, stdout, stderr } = await bed.run('recover', 'run', '--marker', `${bed.root}/marker`)
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/timeout was here/)
    expect(stdout).toMatch(/1 quiet .*killed by SIGKILL.* true undefined/)
    const attempts = Map.groupBy(await listAttempts(bed), ([step]) => step)
    expect(Object.fromEntries([...attempts].map(([step, all]) => [step, all.map(([, status]) => status)]))).toEqual({
      start: ['failed', 'failed', 'succeeded'],
      broken: ['failed', 'failed', 'succeeded'],
      busy: ['failed', 'succeeded'],
      last: ['succeeded'],
      end: ['succeeded'],
    })
  })
})

async function listAttempts(bed: TestBed): Promise<[step: string, status: string][]> {
  const latest = (await listTasks(bed.store, 'Recover', '1')).sort((a, b) => Number(a.task) - Number(b.task))
  const all: [string, string][] = []
  for (const { flow, run, step, task, attempt: last } of latest) {
    for (let attempt = 0; attempt <= last; attempt += 1)
      all.push([step, (await readTask(bed.store, { flow, run, step, task, attempt }))?.status ?? 'absent'])
  }
  return all
}
