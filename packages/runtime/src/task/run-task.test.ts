import { createMemoryStore, loadArtifact, readTask, saveArtifacts } from '@millrace/artifact-store'
import {
  type ArtifactRef,
  type ArtifactTable,
  FlowSpec,
  type Inputs,
  join,
  type ObjectStore,
  parameter,
  step,
  type TaskSpec,
} from '@millrace/core-graph'
import { countRequests } from '@millrace/core-graph/testing'
import { describe, expect, it } from 'vitest'
import { taskSpec } from '../../fixtures/task-spec.ts'
import { current } from '../current.ts'
import { BlockingLoader } from './on-demand/blocking-loader.ts'
import { runTask } from './run-task.ts'

class Flow extends FlowSpec {
  size = parameter(3)
  small!: number
  other!: string
  big!: Float64Array
  list!: number[]
  initial = 'from the initialiser'
  seen!: unknown

  start = step(() => this.next(this.trivial))

  trivial = step(() => {
    this.small = this.size + 1
    this.next(this.end)
  })

  readBig = step(() => {
    this.small = this.big[0] ?? -1
    this.next(this.end)
  })

  changeInPlace = step(() => {
    this.list.push(4)
    Reflect.deleteProperty(this, 'other')
    this.seen = [this.initial, current.pathspec]
    this.next(this.end)
  })

  gather = join((inputs: Inputs<this>) => {
    this.seen = inputs.map((input) => input.big[0])
    this.next(this.end)
  })

  gatherSmall = join((inputs: Inputs<this>) => {
    this.seen = inputs.reduce((sum, input) => sum + input.small, 0)
    this.next(this.end)
  })

  gatherSum = join((inputs: Inputs<this>) => {
    this.seen = inputs.reduce((sum, input) => sum + (input.big[0] ?? Number.NaN), 0)
    this.next(this.end)
  })

  makeMany = step(() => {
    for (let index = 0; index < 20; index += 1) Object.assign(this, { [`made${index}`]: new Float64Array(200).fill(index) })
  })

  fails = step(() => {
    throw new TypeError('no good', { cause: new Error('deeper') })
  })

  end = step(() => {})
}

const specOf = (step: string, more: Partial<TaskSpec> = {}): TaskSpec => taskSpec({ step, task: '7', targets: ['end'], ...more })
const inputOf = (artifacts: ArtifactTable, task = '6'): TaskSpec['inputs'][number] => ({ step: 'start', task, artifacts })
const never = new Promise<never>(() => {})
const run = (store: ObjectStore, spec: TaskSpec): ReturnType<typeof runTask> =>
  runTask(spec, { flowClass: Flow, store, loader: new BlockingLoader('memory:') }, never)

describe('a task', () => {
  it('that is trivial costs one put and nothing else', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const parameters = await saveArtifacts(store, 'Flow', new Map([['size', 5]]))
    const inherited = await saveArtifacts(store, 'Flow', new Map<string, unknown>([['other', 'x']]))
    expect(counts).toEqual({ put: 0, get: 0, list: 0, delete: 0 })
    const { record } = await run(store, specOf('trivial', { parameters, inputs: [inputOf(inherited)] }))
    expect(counts).toEqual({ put: 1, get: 0, list: 0, delete: 0 })
    expect(record).toMatchObject({ status: 'succeeded', parents: ['start/6'], transition: { kind: 'linear', targets: ['end'] } })
    expect(record.artifacts.other).toBe(inherited.other)
    expect(await loadArtifact(store, 'Flow', 'small', record.artifacts.small as ArtifactRef)).toBe(6)
    expect(await readTask(store, record)).toEqual(record)
  })

  it('with a new large artifact costs one put more, and one that passes it on costs none', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const inherited = await saveArtifacts(store, 'Flow', new Map([['big', Float64Array.from({ length: 1_000 }, Math.random)]]))
    expect(counts.put).toBe(1)
    await run(store, specOf('trivial', { inputs: [inputOf(inherited)] }))
    expect(counts).toEqual({ put: 2, get: 0, list: 0, delete: 0 })
  })

  it('loads what its source names before it starts, all at once, and does not store it again', async () => {
    const memory = createMemoryStore()
    const inherited = await saveArtifacts(memory, 'Flow', new Map([['big', new Float64Array(1_000).fill(1.5).map((x, i) => x + i)]]))
    const { store, counts } = countRequests(memory)
    const { record } = await run(store, specOf('readBig', { inputs: [inputOf(inherited)], reads: ['big', 'small'] }))
    expect(record.error).toBeUndefined()
    expect(counts.get).toBe(1)
    expect(record.artifacts.big?.sha256).toBe(inherited.big?.sha256)
  })

  it('loads a large parameter only if its source names it, and never stores it', async () => {
    const memory = createMemoryStore()
    const parameters = await saveArtifacts(memory, 'Flow', new Map<string, unknown>([['size', 'x'.repeat(200_000)]]))
    expect(parameters.size).not.toHaveProperty('inline', expect.stringMatching(/.{200}/))
    const { store, counts } = countRequests(memory)
    await run(store, specOf('start', { parameters, reads: [], targets: ['trivial'] }))
    expect(counts).toEqual({ put: 1, get: 0, list: 0, delete: 0 })
    const { record } = await run(store, specOf('trivial', { parameters, reads: ['size'] }))
    expect(record.error).toBeUndefined()
    expect(Object.keys(record.artifacts)).toEqual(['initial', 'small'])
    // Its own record, and the artifact that it made of the parameter: a root and its chunk.
    expect(counts).toMatchObject({ get: 1, list: 0 })
  })

  it('with many new large artifacts puts each once, all together, and its record after them', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const puts: string[] = []
    const noting: ObjectStore = {
      ...store,
      put: (key, body, options) => {
        puts.push(key.split('/')[1] ?? '')
        return store.put(key, body, options)
      },
    }
    const { record } = await run(noting, specOf('makeMany', { targets: [] }))
    expect(record.error).toBeUndefined()
    expect(counts).toEqual({ put: 21, get: 0, list: 0, delete: 0 })
    expect(puts).toEqual([...Array(20).fill('blobs'), 'runs'])
  })

  it('that joins 1,000 inputs costs one put where it reads what is in their records, and by one call a get for each where it reads what is not', async () => {
    const memory = createMemoryStore()
    const save = (index: number): Promise<ArtifactTable> =>
      saveArtifacts(
        memory,
        'Flow',
        new Map<string, unknown>([
          ['small', index],
          ['big', new Float64Array(200).fill(index)],
        ]),
      )
    const inputs = await Promise.all(Array.from({ length: 1_000 }, async (_, index) => inputOf(await save(index), String(index + 2))))
    const { store, counts } = countRequests(memory)
    const asked: number[] = []
    const noting: ObjectStore = {
      ...store,
      getMany: (keys, options) => {
        asked.push(keys.length)
        return store.getMany(keys, options)
      },
    }
    const { record } = await run(noting, specOf('gatherSmall', { inputs, join: true, inputReads: ['small'] }))
    expect(await loadArtifact(memory, 'Flow', 'seen', record.artifacts.seen as ArtifactRef)).toBe(499_500)
    expect(counts).toEqual({ put: 1, get: 0, list: 0, delete: 0 })
    const { record: large } = await run(noting, specOf('gatherSum', { inputs, join: true, inputReads: ['big'] }))
    expect(await loadArtifact(memory, 'Flow', 'seen', large.artifacts.seen as ArtifactRef)).toBe(499_500)
    expect(counts).toEqual({ put: 2, get: 1_000, list: 0, delete: 0 })
    expect(asked).toEqual([1_000])
  })

  it("loads an artifact of a join's inputs by one read for each different value", async () => {
    const memory = createMemoryStore()
    const save = (first: number): Promise<ArtifactTable> =>
      saveArtifacts(memory, 'Flow', new Map([['big', new Float64Array(1_000).map((_, index) => first + index)]]))
    const inputs = [inputOf(await save(1), '2'), inputOf(await save(2), '3'), inputOf(await save(1), '4')]
    const { store, counts } = countRequests(memory)
    const { record } = await run(store, specOf('gather', { inputs, join: true, inputReads: ['big'] }))
    expect(record.error).toBeUndefined()
    expect(counts).toMatchObject({ put: 1, get: 2 })
    expect(await loadArtifact(store, 'Flow', 'seen', record.artifacts.seen as ArtifactRef)).toEqual([1, 2, 1])
    expect(Object.keys(record.artifacts)).toEqual(['seen'])
  })

  it('saves what was changed in place, leaves out what was deleted, and sees no initial value after start', async () => {
    const store = createMemoryStore()
    const inherited = await saveArtifacts(
      store,
      'Flow',
      new Map<string, unknown>([
        ['list', [1, 2, 3]],
        ['other', 'x'],
        ['initial', 'saved'],
      ]),
    )
    const { record } = await run(store, specOf('changeInPlace', { inputs: [inputOf(inherited)] }))
    expect(Object.keys(record.artifacts).sort()).toEqual(['initial', 'list', 'seen'])
    expect(await loadArtifact(store, 'Flow', 'list', record.artifacts.list as ArtifactRef)).toEqual([1, 2, 3, 4])
    expect(await loadArtifact(store, 'Flow', 'seen', record.artifacts.seen as ArtifactRef)).toEqual(['saved', 'Flow/1/changeInPlace/7'])
  })

  it('that fails leaves a record with its error and the causes, and no artifacts', async () => {
    const { store, counts } = countRequests(createMemoryStore())
    const { record, committed } = await run(store, specOf('fails', { targets: [] }))
    expect(committed).toBe(true)
    expect(counts.put).toBe(1)
    expect(record).toMatchObject({
      status: 'failed',
      artifacts: {},
      error: { name: 'TypeError', message: 'no good', cause: { message: 'deeper' } },
    })
    expect(record.error?.stack).toContain('run-task.test.ts')
  })

  it('whose record cannot be written says so', async () => {
    const store: ObjectStore = { ...createMemoryStore(), put: () => Promise.reject(new Error('full')) }
    const { record, committed } = await run(store, specOf('trivial'))
    expect(committed).toBe(false)
    expect(record.error?.message).toBe('full')
  })
})
