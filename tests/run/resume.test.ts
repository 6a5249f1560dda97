import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listTasks, readRun } from '@millrace/artifact-store'
import { describe, expect, it } from 'vitest'
import { TestBed } from './run-command.ts'

const sumOfSquares = (width: number): number => ((width - 1) * width * (2 * width - 1)) / 6

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1)
  } catch {
    return []
  }
}

/** Starts the tally, and kills its scheduler once `lines` tasks have begun. */
async function killedTally(bed: TestBed, { ran, width, lines }: { ran: string; width: number; lines: number }): Promise<void> {
  const run = bed.start('tally', ['run', '--width', `${width}`, '--ran', ran, '--pause-ms', '5', '--max-workers', '2'])
  await expect.poll(() => linesOf(ran).length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(lines)
  run.child.kill('SIGKILL')
  expect((await run.finished).signal).toBe('SIGKILL')
}

describe('after its scheduler was killed in the middle of a foreach', () => {
  it('a run reads as lost, and resume runs no finished task again and comes to the right result', async () => {
    using bed = new TestBed()
    const ran = join(bed.root, 'ran.txt')
    await killedTally(bed, { ran, width: 200, lines: 60 })
    expect((await bed.run('tally', 'runs')).stdout).toMatch(/lost|failed/)
    const finished = (await listTasks(bed.store, 'Tally', '1', 'compute')).filter(({ status }) => status === 'succeeded')
    expect(finished.length).toBeGreaterThan(40)
    expect(finished.length).toBeLessThan(200)

    const resumed = await bed.run('tally', 'resume')
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(resumed.stdout).toContain(`The total is ${sumOfSquares(200)}, from 1`)
    const again = linesOf(ran).filter((line) => line.endsWith(' 2'))
    const indices = new Set(finished.map(({ frames }) => frames[0]?.index))
    expect(again.filter((line) => indices.has(Number(line.split(' ')[1])))).toEqual([])
    expect(again).toHaveLength(200 - finished.length)
    const tasks = await listTasks(bed.store, 'Tally', '2', 'compute')
    expect(tasks).toHaveLength(200)
    expect(tasks.filter(({ origin }) => origin !== undefined)).toHaveLength(finished.length)
    expect(await readRun(bed.store, { flow: 'Tally', run: '2' })).toMatchObject({ status: 'succeeded', originRunId: '1' })
  })

  it('two resumes at once are runs of their own, and both are right', async () => {
    using bed = new TestBed()
    const ran = join(bed.root, 'ran.txt')
    await killedTally(bed, { ran, width: 60, lines: 20 })
    const both = await Promise.all([1, 2].map(() => bed.run('tally', 'resume', '--origin-run-id', '1')))
    for (const { code, stdout, stderr } of both) {
      expect(code, stderr).toBe(0)
      expect(stdout).toContain(`The total is ${sumOfSquares(60)}, from 1`)
    }
    for (const run of ['2', '3']) expect(await readRun(bed.store, { flow: 'Tally', run })).toMatchObject({ status: 'succeeded' })
  })
})

describe('resume', () => {
  it('stores no blob again, and one record for each task that it takes over', async () => {
    using bed = new TestBed()
    await bed.run('wide', 'run', '--width', '5')
    const before = await keysOf(bed)
    const { code, stderr } = await bed.run('wide', 'resume')
    expect(code, stderr).toBe(0)
    const added = (await keysOf(bed)).filter((key) => !before.includes(key))
    expect(added.filter((key) => key.includes('/blobs/'))).toEqual([])
    expect(added.filter((key) => key.startsWith('Wide/runs/2/')).toSorted()).toEqual(
      ['compute/2', 'compute/3', 'compute/4', 'compute/5', 'compute/6', 'end/8', 'gather/7', 'start/1']
        .map((task) => `Wide/runs/2/${task}/0.json`)
        .concat('Wide/runs/2/run.json')
        .toSorted(),
    )
    expect(stderr).toContain('Nothing had to run')
  })

  it('of a wide foreach runs nothing that has been done', async () => {
    using bed = new TestBed()
    expect((await bed.run('wide', 'run', '--width', '2000', '--quiet')).code).toBe(0)
    const { code, stdout, stderr } = await bed.run('wide', 'resume', 'end')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain(`The total is ${sumOfSquares(2_000)}.`)
    expect((await listTasks(bed.store, 'Wide', '2')).filter(({ origin }) => origin === undefined).map(({ step }) => step)).toEqual(['end'])
  })

  it('tells, after a failure and after an interruption, how to go on', async () => {
    using bed = new TestBed()
    const failed = await bed.run('trouble', 'run', '--how', 'throw')
    expect(failed.stderr).toMatch(/Go on from there: node \S*trouble\.ts resume --origin-run-id 1\n/)
    const waiting = bed.start('wait', ['run'])
    await waiting.seen(/waiting/)
    waiting.child.kill('SIGINT')
    expect((await waiting.finished).stderr).toMatch(/Go on from there: node \S*wait\.ts resume --origin-run-id 1\n/)
  })

  it('keeps the parameters: the same value is taken, another is refused, from an option as from a variable', async () => {
    using bed = new TestBed()
    await bed.run('wide', 'run', '--width', '4')
    expect((await bed.run('wide', 'resume', '--width', '4')).code).toBe(0)
    const changed = await bed.run('wide', 'resume', '--width', '5')
    expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining('--width is not what it was in Wide/2')])
    const variable = await bed.start('wide', ['resume'], { env: { MILLRACE_PARAM_WIDTH: '5' } }).finished
    expect([variable.code, variable.stderr]).toEqual([2, expect.stringContaining('MILLRACE_PARAM_WIDTH is not what it was in Wide/2')])
    expect(await keysOf(bed)).not.toContain('Wide/runs/3/run.json')
  })

  it('refuses a run, a step or a namespace that is not there, and says what is', async () => {
    using bed = new TestBed()
    const none = await bed.run('wide', 'resume')
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('has no run of user:tester')])
    await bed.run('wide', 'run')
    const run = await bed.run('wide', 'resume', '--origin-run-id', '7')
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('Could not find Wide/7 to resume. The newest runs are 1.')])
    const step = await bed.run('wide', 'resume', 'gater')
    expect([step.code, step.stderr]).toEqual([2, expect.stringContaining('Did you mean gather?')])
    const path = await bed.run('wide', 'resume', '--origin-run-id', '../1')
    expect([path.code, path.stderr]).toEqual([2, expect.stringContaining('Could not read the pathspec')])
  })

  it('runs a task again whose record is torn, and what came after it', async () => {
    using bed = new TestBed()
    await bed.run('wide', 'run', '--width', '3')
    writeFileSync(join(bed.root, 'Wide/runs/1/compute/3/0.json'), '{"version":1,"fl')
    const { code, stdout, stderr } = await bed.run('wide', 'resume')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('The total is 5.')
    const tasks = await listTasks(bed.store, 'Wide', '2')
    expect(tasks.filter(({ origin }) => origin === undefined).map(({ step, task }) => `${step}/${task}`)).toEqual([
      'compute/3',
      'end/6',
      'gather/5',
    ])
  })
})

async function keysOf(bed: TestBed): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of bed.store.list('')) keys.push(key)
  return keys
}
