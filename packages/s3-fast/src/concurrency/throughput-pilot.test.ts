import { describe, expect, test } from 'vitest'
import { ThroughputPilot } from './throughput-pilot.ts'

/** Lets a pilot fly over a network whose rate depends on how many transfers run; gives the targets, window after window. */
function fly(rateOf: (running: number, nowMs: number) => number, { windows = 60, start = 2, most = 32, idle = 0.5 } = {}): number[] {
  let nowMs = 0
  const pilot = new ThroughputPilot({ start, most, windowMs: 200, idleMs: () => nowMs * idle })
  const targets: number[] = []
  pilot.add(0, { nowMs, running: pilot.target })
  for (let window = 0; window < windows; window += 1) {
    for (let step = 0; step < 10; step += 1) {
      const running = pilot.target
      nowMs += 20
      pilot.add(rateOf(running, nowMs) * 20, { nowMs, running })
    }
    targets.push(pilot.target)
  }
  return targets
}

describe('the number of transfers at once', () => {
  test('grows as long as each gives its own share', () => {
    const targets = fly((running) => running * 90)
    expect(targets.slice(0, 8)).toEqual([3, 5, 8, 12, 18, 27, 32, 32])
    expect(targets.at(-1)).toBe(32)
  })

  test('stays where it began if more bring nothing, and looks again from time to time', () => {
    const targets = fly(() => 1_600, { windows: 100 })
    expect(targets.filter((target) => target === 2).length).toBeGreaterThan(90)
    expect(Math.max(...targets)).toBe(3)
    expect(targets.filter((target) => target === 3).length).toBeGreaterThanOrEqual(3)
  })

  test('settles near where the network is full', () => {
    const targets = fly((running) => Math.min(running, 10) * 90, { windows: 30 })
    expect(targets.at(-1)).toBeGreaterThanOrEqual(8)
    expect(targets.at(-1)).toBeLessThanOrEqual(18)
  })

  test('follows a network that becomes faster', () => {
    const targets = fly((running, nowMs) => Math.min(running, nowMs < 6_000 ? 2 : 20) * 90, { windows: 120 })
    expect(targets.at(28)).toBeLessThanOrEqual(3)
    expect(targets.at(-1)).toBeGreaterThanOrEqual(12)
  })

  test('stays where it is while there is hardly a wait that more could fill, however the rate grows', () => {
    expect(new Set(fly((running, nowMs) => running * nowMs, { idle: 0.05 }))).toEqual(new Set([2]))
    expect(fly((running) => running * 90, { idle: 0.2 }).at(-1)).toBe(32)
  })

  test('is not judged by a time in which fewer ran, or none', () => {
    let idleMs = 0
    const pilot = new ThroughputPilot({ start: 4, most: 32, windowMs: 200, idleMs: () => (idleMs += 1_000) })
    pilot.add(0, { nowMs: 0, running: 4 })
    pilot.add(1_000, { nowMs: 100, running: 4 })
    pilot.add(1_000, { nowMs: 10_000, running: 1 })
    expect(pilot.target).toBe(4)
    pilot.add(1_000, { nowMs: 10_100, running: 4 })
    expect(pilot.target).toBe(4)
    pilot.add(1_000, { nowMs: 10_200, running: 4 })
    expect(pilot.target).toBe(6)
  })
})
