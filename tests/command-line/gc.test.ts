import { randomBytes } from 'node:crypto'
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, FlowFolder, twoSteps } from './flow-folder.ts'

const week = 7 * 24 * 3_600_000

describe('gc', () => {
  let folder: FlowFolder
  const gc = (...args: string[]): Promise<Ended> => folder.node(['flow.ts', 'gc', ...args])
  const blobs = (): string[] =>
    readdirSync(join(folder.path, '.millrace/Tiny/blobs'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
  const runs = (): string[] => readdirSync(join(folder.path, '.millrace/Tiny/runs')).sort()

  beforeAll(async () => {
    folder = new FlowFolder({
      'flow.ts': twoSteps({
        fields: 'text = parameter.string({ required: true })\n  large!: string\n',
        start: 'this.large = this.text.repeat(200)',
      }),
    })
    for (const text of ['first', 'second', 'second', 'third']) await folder.node(['flow.ts', '--quiet', 'run', '--text', `${text} ${text}`])
    for (const path of blobs()) utimesSync(path, (Date.now() - week) / 1_000, (Date.now() - week) / 1_000)
  })
  afterAll(() => folder[Symbol.dispose]())

  it('deletes nothing that is young', async () => {
    expect(await gc('--older-than', '30d')).toEqual({ code: 0, stdout: 'There was nothing to delete.\n', stderr: '' })
    expect((await gc('--older-than', '30d', '--dry-run')).stdout).toBe('Nothing would be deleted.\n')
  })

  it('tells what it would delete, deletes that, and leaves all else', async () => {
    writeFileSync(join(folder.path, '.millrace/Tiny/\u007Fhalf'), randomBytes(10))
    utimesSync(join(folder.path, '.millrace/Tiny/\u007Fhalf'), 0, 0)
    expect(blobs()).toHaveLength(3)
    const [first] = blobs().map((path) => statSync(path).size)
    expect(first).toBeGreaterThan(0)
    const dry = await gc('--older-than', '0s', '--dry-run')
    expect(dry).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Would delete 3 runs \(1, 2, 3\) and 2 artifact blobs of 4\.\d kB\.\n$/),
      stderr: '',
    })
    expect(runs()).toEqual(['1', '2', '3', '4'])
    const real = await gc('--older-than', '0s')
    expect(real).toEqual({
      code: 0,
      stdout: `${dry.stdout.replace('Would delete', 'Deleted').replace(' and ', ', ').trim().slice(0, -1)} and 1 leftover of killed processes.\n`,
      stderr: '',
    })
    expect(runs()).toEqual(['4'])
    expect(blobs()).toHaveLength(1)
    expect((await folder.node(['flow.ts', 'dump', '4/end', '--include', 'large'])).stdout).toContain('third third')
    expect(JSON.parse((await folder.node(['flow.ts', 'runs', '--json'])).stdout)).toHaveLength(1)
    expect((await gc('--older-than', '0s')).stdout).toBe('There was nothing to delete.\n')
  })

  it.each<[readonly string[], RegExp]>([
    [[], /--older-than is missing: say how old a run must be/],
    [['--older-than', 'yesterday'], /--older-than is a length of time such as 30d, 12h or 90m, and "yesterday" is not/],
    [['--older-than', '-1d'], /--older-than/],
    [['--older-than', '1d', '--dryrun'], /--dryrun.*--dry-run/s],
  ])('%j is a mistake that is told before anything is deleted', async (args, message) => {
    const { code, stderr } = await gc(...args)
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  })

  it('tells what it is for', async () => {
    expect((await gc('--help')).stdout).toMatch(/Delete old runs.*--older-than AGE.*--dry-run/s)
  })
})
