import { commitTask, createMemoryStore, logKey, writeLog, writeRun } from '@millrace/artifact-store'
import { describe, expect, test } from 'vitest'
import { openedClient as open, squaresRun, squaresTask } from '../squares.fixture.ts'

describe('a task that runs', () => {
  test('is known by what it has printed', async () => {
    const store = createMemoryStore()
    await writeRun(store, squaresRun())
    await commitTask(store, squaresTask({ step: 'start', task: '1', status: 'failed', error: { name: 'Error', message: 'no' } }))
    await writeLog(store, logKey({ flow: 'Squares', run: '1', step: 'start', task: '1', attempt: 1 }), [
      { at: new Date(0), stream: 'stdout', text: 'again' },
    ])
    const run = await open(store).get('Squares/1')
    const task = await run.step('start').task(1)
    expect(task).toMatchObject({ status: 'running', finished: false, exception: undefined, finishedAt: undefined })
    expect(task.attempts.map(({ status }) => status)).toEqual(['failed', 'running'])
    expect(await task.stdout()).toBe('again\n')
    await writeLog(store, logKey({ flow: 'Squares', run: '1', step: 'start', task: '1', attempt: 1, segment: 1 }), [
      { at: new Date(2), stream: 'stdout', text: 'and on' },
    ])
    expect(await task.stdout()).toBe('again\nand on\n')
    await expect(run.step('compute').task()).rejects.toThrow(
      'Could not find a task of Squares/1/compute. The steps that have tasks are start.',
    )
    expect(await run.step('compute').tasks().toArray()).toEqual([])
    expect(() => run.step('Nope')).toThrow(expect.objectContaining({ code: 'invalid-pathspec' }))
  })
})
