import { createMemoryStore } from '@millrace/artifact-store'
import { systemClock } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { EventWriter } from './event-writer.ts'

const me = { flow: 'Wide', run: '1', job: 'work-1', worker: 0, submission: '0000000a', incarnation: 1 }
const keysOf = async (store: ReturnType<typeof createMemoryStore>): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of store.list('')) keys.push(key)
  return keys
}
const textOf = async (store: ReturnType<typeof createMemoryStore>): Promise<string> =>
  (await Promise.all((await keysOf(store)).map(async (key) => Buffer.from((await store.get(key)) ?? []).toString()))).join('')

test('a hundred thousand events come in order, in few pieces', async () => {
  const store = createMemoryStore()
  const writer = new EventWriter({ store, me, clock: systemClock })
  for (let event = 0; event < 100_000; event += 1) writer.tell(`${event}\n`)
  await writer.close()
  expect((await textOf(store)).split('\n').slice(0, -1).map(Number)).toEqual(Array.from({ length: 100_000 }, (_, event) => event))
  expect((await keysOf(store)).length).toBeLessThan(20)
})

test('the first event is told before the worker ends, without being asked', async () => {
  const store = createMemoryStore()
  const told = Promise.withResolvers<string>()
  const writer = new EventWriter({
    store: { ...store, put: (key, ...rest) => store.put(key, ...rest).finally(() => told.resolve(key)) },
    me,
    clock: systemClock,
  })
  writer.tell('one\n')
  expect(await told.promise).toBe('Wide/batch/1/events/work-1/00000-0000000a-01-00000000')
  await writer.close()
})

test('a piece whose answer was lost is put again as it was, and what came since is a piece of its own', async () => {
  const store = createMemoryStore()
  let failures = 2
  const first = Promise.withResolvers<void>()
  const faulty: typeof store = {
    ...store,
    put: async (key, ...rest) => {
      await store.put(key, ...rest)
      first.resolve()
      failures -= 1
      if (failures >= 0) throw new Error('the answer was lost')
      return true
    },
  }
  const writer = new EventWriter({ store: faulty, me, clock: systemClock })
  writer.tell('one\n')
  await first.promise
  writer.tell('two\n')
  await expect(writer.close()).rejects.toThrow('lost')
  await writer.close()
  expect((await keysOf(store)).length).toBe(2)
  expect(await textOf(store)).toBe('one\ntwo\n')
})
