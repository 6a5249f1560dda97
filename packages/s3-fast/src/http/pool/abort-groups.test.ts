import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { HttpResponse } from '../http-client-seam.ts'
import { requestTo } from '../raw-server.fixture.ts'
import { AbortGroups } from './abort-groups.ts'
import { PendingRequest } from './pending-request.ts'

test('a signal aborts the requests that wait with it, in whatever order others were settled, and is listened to only meanwhile', () => {
  const rejected: unknown[] = []
  const groups = new AbortGroups((pending, reason) => pending.reject(reason))
  const controller = new AbortController()
  const begin = (name: string): PendingRequest => {
    const request = requestTo({ protocol: 'http:', hostname: '127.0.0.1', port: 1 })
    const reject = (reason: unknown): void => void rejected.push([name, reason])
    const pending = new PendingRequest(request, { head: '', resolve: () => {}, reject })
    groups.add(pending, controller.signal)
    return pending
  }
  const listeners = (): number => getEventListeners(controller.signal, 'abort').length
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ]) {
    const round = [begin('a'), begin('b'), begin('c')]
    expect(listeners()).toBe(1)
    for (const index of order) round[index]?.resolve({} as HttpResponse)
    expect(listeners()).toBe(0)
  }
  const [a, , c, , e] = ['a', 'b', 'c', 'd', 'e'].map(begin)
  for (const settled of [a, e, c]) settled?.resolve({} as HttpResponse)
  controller.abort('enough')
  expect(rejected.toSorted()).toEqual([
    ['b', 'enough'],
    ['d', 'enough'],
  ])
  expect(listeners()).toBe(0)
})
