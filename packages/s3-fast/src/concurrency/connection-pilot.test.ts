import { describe, expect, test } from 'vitest'
import { ConnectionPilot } from './connection-pilot.ts'

/** A service that answers each connection after `latencyMs`, and `mostPerSecond` at most. Gives the connections after `seconds` of as many requests as may be under way. */
function serve({
  latencyMs,
  mostPerSecond,
  seconds,
  most = 256,
}: {
  latencyMs: number
  mostPerSecond: number
  seconds: number
  most?: number
}) {
  const http = { maxConnectionsPerOrigin: 0 }
  let nowMs = 0
  const pilot = new ConnectionPilot(http, { most, nowMs: () => nowMs, idleMs: () => nowMs * 0.8 })
  for (let running = 0; nowMs < seconds * 1_000; ) {
    for (; running < pilot.width; running += 1) pilot.begin()
    nowMs += Math.max(latencyMs / http.maxConnectionsPerOrigin, 1_000 / mostPerSecond)
    pilot.end()
    running -= 1
  }
  return http.maxConnectionsPerOrigin
}

describe('the number of connections', () => {
  test('grows to what a service far away takes', () => {
    expect(serve({ latencyMs: 30, mostPerSecond: 20_000, seconds: 4 })).toBe(256)
    expect(serve({ latencyMs: 30, mostPerSecond: 20_000, seconds: 4, most: 100 })).toBe(100)
  })

  test('stays small for a service that more of them do not make faster', () => {
    expect(serve({ latencyMs: 0.3, mostPerSecond: 20_000, seconds: 2 })).toBe(16)
  })

  test('is never more than is allowed', () => {
    expect(serve({ latencyMs: 30, mostPerSecond: 20_000, seconds: 1, most: 3 })).toBe(3)
  })

  test('is not judged by requests one after the other', () => {
    const http = { maxConnectionsPerOrigin: 0 }
    let nowMs = 0
    const pilot = new ConnectionPilot(http, { most: 256, nowMs: () => nowMs, idleMs: () => nowMs })
    for (let request = 0; request < 1_000; request += 1) {
      pilot.begin()
      nowMs += 10
      pilot.end()
    }
    expect(http.maxConnectionsPerOrigin).toBe(16)
  })
})
