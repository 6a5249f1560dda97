import { listTasks, readRun } from '@millrace/artifact-store'
import { describe, expect, it } from 'vitest'
import { TestBed } from './run-command.ts'

describe('a flow with every shape', () => {
  it('runs them all, passes artifacts on and saves each task once', async () => {
    using bed = new TestBed()
    const { stdout, stderr, code } = await bed.run('shapes', 'run')
    expect(code, stderr).toBe(0)
    const line = stdout.split('\n').find((each) => each.includes('{"round"')) ?? ''
    expect(JSON.parse(line.slice(line.indexOf('{')))).toEqual({
      round: 4,
      lengths: [10_000, 10],
      shared: 'from start',
      sum: 15_000,
      words: [
        'a0:0:0 [0/3=a 0/3=0]',
        'a1:1:1 [0/3=a 1/3=1]',
        'a2:2:2 [0/3=a 2/3=2]',
        'b0:0:0 [1/3=b 0/2=0]',
        'b1:1:1 [1/3=b 1/2=1]',
        'c0:0:0 [2/3=c 0/2=0]',
        'c1:1:1 [2/3=c 1/2=1]',
      ],
      side: 'left right right right,left',
      only: 'right only',
      conflict: 'resolved',
      doubled: [2, 4, 6],
      step: 'end',
      run: '1',
      flow: 'Shapes',
      attempt: 0,
      index: null,
    })
    const run = await readRun(bed.store, { flow: 'Shapes', run: '1' })
    expect(run).toMatchObject({ status: 'succeeded', user: 'tester', namespace: 'user:tester' })
    const tasks = await listTasks(bed.store, 'Shapes', '1')
    const steps = Map.groupBy(tasks, (task) => task.step)
    expect(Object.fromEntries([...steps].map(([name, list]) => [name, list.length]))).toEqual({
      start: 1,
      loop: 4,
      choose: 1,
      even: 1,
      fan: 1,
      letter: 3,
      digit: 7,
      describe: 7,
      gatherDigits: 3,
      gatherLetters: 1,
      left: 1,
      right: 1,
      rightEnd: 1,
      meet: 1,
      parallel: 1,
      end: 1,
    })
    expect(new Set(tasks.map((task) => task.task)).size).toBe(tasks.length)
    // The large array went through 30 tasks by reference.
    expect(new Set(tasks.flatMap((task) => task.artifacts.big?.sha256 ?? [])).size).toBe(1)
    expect(tasks.find((task) => task.step === 'describe')?.frames.map((frame) => [frame.step, frame.kind])).toEqual([
      ['fan', 'foreach'],
      ['letter', 'foreach'],
    ])
  })

  it('fans out 10,000 wide', async () => {
    using bed = new TestBed()
    const { stdout, code } = await bed.run('wide', 'run', '--width', '10000')
    expect(code).toBe(0)
    expect(stdout).toContain('The total is 333283335000.')
    const tasks = await listTasks(bed.store, 'Wide', '1')
    expect(tasks).toHaveLength(10_003)
    expect(tasks.every((task) => task.status === 'succeeded')).toBe(true)
  })

  it('gives the same with a process for each task', async () => {
    using bed = new TestBed()
    const { stdout, code } = await bed.run('wide', 'run', '--isolate', '--width', '5')
    expect(code).toBe(0)
    expect(stdout).toContain('The total is 30.')
    const tasks = await listTasks(bed.store, 'Wide', '1')
    expect(new Set(tasks.map((task) => task.pid)).size).toBe(8)
  })

  it("keeps each task's output to itself, from Node, from native writes and from child processes", async () => {
    using bed = new TestBed()
    const { stdout, code } = await bed.run('logs', 'run')
    expect(code).toBe(0)
    const tasks = (await listTasks(bed.store, 'Logs', '1', 'write')).sort((a, b) => Number(a.task) - Number(b.task))
    expect(tasks).toHaveLength(8)
    for (const [index, { task }] of tasks.entries()) {
      const shown = await bed.run('logs', 'logs', `1/write/${task}`, '--stdout')
      const lines = Array.from({ length: 200 }, (_, line) => `task ${index} line ${line} 刺身`)
      expect(shown.stdout.trimEnd().split('\n')).toEqual([...lines, `child of task ${index}`, `task ${index} ends without a newline`])
      const errors = await bed.run('logs', 'logs', `1/write/${task}`, '--stderr')
      expect(errors.stdout.trimEnd().split('\n')).toEqual([`task ${index} no newline past node ${index}`, `child error ${index}`])
    }
    expect(stdout.split('\n').filter((line) => / \[1\/write\/\d+ \(pid \d+\)\] task \d line \d+ 刺身$/.test(line))).toHaveLength(1_600)
  })

  it('keeps what worker threads print in the log of the task that started them', async () => {
    using bed = new TestBed()
    expect((await bed.run('threads', 'run', '--max-workers', '1')).code).toBe(0)
    const shown = await bed.run('threads', 'logs', '1/start')
    expect(shown.stdout.trimEnd().split('\n')).toHaveLength(2_000)
    expect((await bed.run('threads', 'logs', '1/end')).stdout.trimEnd()).toMatch(/the end$/)
  })

  it('gives two runs of one flow started at the same instant distinct numbers', async () => {
    using bed = new TestBed()
    const ends = await Promise.all(Array.from({ length: 4 }, () => bed.run('wide', 'run')))
    expect(ends.map((end) => end.code)).toEqual([0, 0, 0, 0])
    const runs = await Promise.all(['1', '2', '3', '4'].map((run) => readRun(bed.store, { flow: 'Wide', run })))
    expect(runs.map((run) => run?.status)).toEqual(Array(4).fill('succeeded'))
  })
})
