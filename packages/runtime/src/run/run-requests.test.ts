import { createMemoryStore } from '@millrace/artifact-store'
import {
  type Executor,
  FlowSpec,
  type Inputs,
  join,
  type ObjectStore,
  type RunRecord,
  readDefinition,
  step,
  systemClock,
  type TaskSpec,
} from '@millrace/core-graph'
import { readGraph } from '@millrace/core-graph/graph'
import { countRequests } from '@millrace/core-graph/testing'
import { describe, expect, it } from 'vitest'
import { readPolicy } from '../schedule/step-policy.ts'
import { BlockingLoader } from '../task/on-demand/blocking-loader.ts'
import { runTask } from '../task/run-task.ts'
import { RunLoop } from './run-loop.ts'

class Wide extends FlowSpec {
  numbers!: number[]
  square!: number
  total!: number

  start = step(() => {
    this.numbers = Array.from({ length: 100 }, (_, index) => index)
    this.next(this.compute, { foreach: this.numbers })
  })

  compute = step((n: number) => {
    this.square = n * n
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.reduce((sum, input) => sum + input.square, 0)
    this.next(this.end)
  })

  end = step(() => {
    if (this.total !== 328_350) throw new Error(`${this.total}`)
  })
}

/** Runs tasks in this process, one after the other, on `store`. */
function executorOn(store: ObjectStore): Executor {
  const loader = new BlockingLoader('memory:')
  const never = new Promise<never>(() => {})
  return {
    name: 'in-process',
    async close() {},
    async *launch(specs: readonly TaskSpec[]) {
      for (const spec of specs) {
        const { step: name, task, attempt } = spec
        yield { kind: 'started', task: { step: name, task, attempt }, at: new Date() }
        const { record } = await runTask(spec, { flowClass: Wide, store, loader }, never)
        yield { kind: 'finished', task: { step: name, task, attempt }, record }
      }
    },
  }
}

describe('the requests of a whole run', () => {
  it('are one put for each task, and for each foreach the list of its items once stored and once read', async () => {
    const definition = readDefinition(Wide)
    const { graph } = readGraph(definition)
    const { store, counts } = countRequests(createMemoryStore())
    const run = { flow: 'Wide', run: '1', parameters: {}, tags: [], systemTags: [], user: 'u', namespace: 'user:u' } as unknown as RunRecord
    const loop = new RunLoop({
      graph,
      executor: executorOn(store),
      store,
      clock: systemClock,
      onEvent: () => {},
      initialFields: () => new Map(),
      context: { run, root: 'memory:', durable: false, maxNumSplits: 100, policyOf: () => readPolicy({}) },
    })
    expect(await loop.run()).toEqual({ status: 'succeeded', failure: undefined })
    expect(counts).toEqual({ put: 103 + 1, get: 1, list: 0, delete: 0 })
  })
})
