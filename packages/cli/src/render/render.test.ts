import { expect, test } from 'vitest'
import { nestedGraph } from '../nested-graph.fixture.ts'
import { formatMermaid } from './mermaid.ts'
import { formatPlural, formatSize } from './quantity.ts'
import { formatTable } from './table.ts'
import { formatDuration, formatTime } from './time.ts'

test('a Mermaid flowchart names no node "end" and shows foreaches and choices', () => {
  const lines = formatMermaid(nestedGraph).split('\n')
  expect(lines[0]).toBe('flowchart TD')
  expect(lines).toContain('  step_start ==>|foreach| step_outer')
  expect(lines).toContain('  step_right -.-> step_meet')
  expect(lines).toContain('  step_end(("end"))')
  expect(lines.filter((line) => /(^|\s)end(\W|$)/.test(line.replace('"end"', '')))).toEqual([])
})

test.each([
  [-1, '0ms'],
  [63.4, '63ms'],
  [95, '0.1s'],
  [420, '0.4s'],
  [9_999, '10s'],
  [59_600, '1m'],
  [200_000, '3m 20s'],
  [7_500_000, '2h 5m'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1.0 kB'],
  [999_600, '1.0 MB'],
  [12_800_000_000, '12.8 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text)
})

test('times are local, to the millisecond', () => {
  expect(formatTime(new Date(2026, 0, 2, 3, 4, 5, 6))).toBe('2026-01-02 03:04:05.006')
})

test('counts have their plural and a table its columns', () => {
  expect([formatPlural(1, 'task'), formatPlural(1_200, 'task')]).toEqual(['1 task', '1,200 tasks'])
  expect(
    formatTable(
      ['run', 'status'],
      [
        ['10', 'failed'],
        ['9', ''],
      ],
    ),
  ).toBe('run  status\n10   failed\n9')
})
