import { createMemoryStore } from '@millrace/artifact-store'
import { type Executor, type RunRecord, systemClock, type TaskEvent } from '@millrace/core-graph'
import { describe, expect, it } from 'vitest'
import { graphOf, node, recordOf } from '../schedule/schedule.fixture.ts'
import { readPolicy } from '../schedule/step-policy.ts'
import { RunLoop } from './run-loop.ts'

const graph = graphOf(node('start', 'linear', ['end']), node('end', 'end', []))
const run = { flow: 'Test', run: '1', parameters: {}, tags: [], systemTags: [], user: 'u', namespace: 'user:u' } as unknown as RunRecord

/** Runs two steps, the first of them well, the second as `launchEnd` has it. */
function loopWith(launchEnd: () => AsyncIterable<TaskEvent>): RunLoop {
  const executor: Executor = {
    name: 'faulty',
    async close() {},
    launch([spec]) {
      if (spec?.step !== 'start') return launchEnd()
      const task = { step: 'start', task: spec.task, attempt: 0 }
      const planned = { node: node('start', 'linear', ['end']), inputs: [], frames: [], ...task }
      return (async function* () {
        yield { kind: 'started', task, at: new Date() }
        yield { kind: 'finished', task, record: recordOf(planned, { kind: 'linear', targets: ['end'] }) }
      })()
    },
  }
  const context = { run, root: 'memory:', durable: false, maxNumSplits: 10, policyOf: () => readPolicy({}) }
  return new RunLoop({
    graph,
    executor,
    store: createMemoryStore(),
    clock: systemClock,
    onEvent: () => {},
    initialFields: () => new Map(),
    context,
  })
}

describe('an executor that breaks its promises', () => {
  it.each<[string, () => AsyncIterable<TaskEvent>]>([
    [
      'by throwing when it is asked to launch',
      () => {
        throw new Error('no room')
      },
    ],
    [
      'by rejecting after a task has started',
      async function* () {
        yield { kind: 'started', task: { step: 'end', task: '2', attempt: 0 }, at: new Date() }
        throw new Error('no room')
      },
    ],
  ])('%s fails the run at that task, and nobody waits for ever', async (_how, launch) => {
    expect(await loopWith(launch).run()).toMatchObject({
      status: 'failed',
      failure: { step: 'end', task: '2', attempt: 0, error: { message: 'no room' } },
    })
  })
})
