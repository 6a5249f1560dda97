import { createMemoryStore } from '@millrace/artifact-store'
import { MillraceError, type ObjectStore, systemClock } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { segmentKey } from '../job-keys.ts'
import { EventPoller } from './event-poller.ts'
import { encodeEvent } from './worker-event.ts'

test('a datastore that does not answer is told once, and what was told meanwhile is read when it answers again', async () => {
  const store = createMemoryStore()
  const worker = { flow: 'Wide', run: '1', job: 'work-1', worker: 0, submission: '0000000a', incarnation: 1 }
  await store.put(segmentKey(worker, 0), Buffer.from(encodeEvent({ kind: 'up', at: new Date() })))
  let failures = 3
  const flaky: ObjectStore = Object.create(store, {
    list: {
      value: (prefix: string) => {
        if (failures === 0) return store.list(prefix)
        failures -= 1
        throw new MillraceError('store-failed', 'Could not list the bucket: it does not answer.')
      },
    },
  })
  const notes: string[] = []
  const heard = Promise.withResolvers<string>()
  const poller = new EventPoller({
    store: flaky,
    clock: systemClock,
    specOf: () => undefined,
    handle: ({ kind }) => heard.resolve(kind),
    isNeeded: () => true,
    onNote: (text) => void notes.push(text),
  })
  poller.follow(worker)
  expect(await heard.promise).toBe('up')
  await poller.close()
  expect(notes).toEqual([
    expect.stringMatching(/^Could not read what the workers tell: Could not list the bucket: it does not answer\. It is tried/),
  ])
})
