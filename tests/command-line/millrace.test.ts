import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FlowFolder, twoSteps, version } from './flow-folder.ts'

const bin = fileURLToPath(new URL('../../packages/millrace/bin/millrace.js', import.meta.url))

describe('millrace', () => {
  it('runs a file that needs a transform, and finds its bundle again the next time', async () => {
    const enumerated = `${twoSteps({ start: 'console.log(Colour.Red, import.meta.filename)', main: false })}\nenum Colour { Red = 'red' }\n`
    using folder = new FlowFolder({ 'flow.ts': enumerated })
    const first = await folder.millrace(['flow.ts', 'run'])
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout).toContain(`red ${join(folder.path, 'flow.ts')}`)
    const cache = join(folder.path, 'node_modules', '.cache', 'millrace')
    const kept = readdirSync(cache)
    expect(kept.filter((name) => name.endsWith('.mjs'))).toHaveLength(1)
    // Nothing but the cache may be used: esbuild would fail on this.
    const second = await folder.millrace(['flow.ts', 'run'], { env: { ESBUILD_BINARY_PATH: '/nowhere/esbuild' } })
    expect(second).toMatchObject({ code: 0 })
    expect(readdirSync(cache)).toEqual(kept)
  })

  it('runs the flow that main was called with, whatever the file exports', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps({ start: "console.log('here')" }).replace('export default class', 'class') })
    expect(await folder.millrace(['flow.ts', 'run'])).toMatchObject({ code: 0, stdout: expect.stringContaining('here') })
  })

  it('keeps the class name of a flow whose file has another class of that name behind it', async () => {
    using folder = new FlowFolder({
      'flow.ts': `import { marker } from './other.ts'\n${twoSteps({ start: 'console.log(marker())', main: false })}`,
      'other.ts': 'class Tiny { m = 1 }\nexport const marker = () => new Tiny().m',
    })
    const { code, stderr } = await folder.millrace(['flow.ts', 'run'])
    expect(code).toBe(0)
    expect(stderr).toContain('Run Tiny/1 is done')
  })

  it('tells a failure at the line of the original file', async () => {
    using folder = new FlowFolder({
      'flow.ts': `enum Unstrippable { A }\n${twoSteps({ start: "if (this.size > 0) throw new Error('no luck')", fields: '  size = parameter(1)', main: false })}`,
    })
    const { code, stderr } = await folder.millrace(['--quiet', 'flow.ts', 'run'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/Error: no luck\n {4}at flow\.ts:8:30\n/)
    expect(stderr).toContain('What the task wrote: millrace flow.ts logs 1/start/1')
  })

  it('tells how to go on in words that a shell takes, on the datastore that was named', async () => {
    using folder = new FlowFolder({ 'my flöw.ts': twoSteps({ start: "if (Date.now() > 0) throw new Error('no luck')", main: false }) })
    const { stderr } = await folder.millrace(['my flöw.ts', 'run', '--datastore-root', 'other runs'])
    expect(stderr).toContain('Error: no luck\n    at my flöw.ts:')
    expect(stderr).toContain("Go on from there: millrace 'my flöw.ts' --datastore-root 'other runs' resume --origin-run-id 1\n")
    const again = await folder.millrace(['my flöw.ts', '--datastore-root', 'other runs', 'resume', '--origin-run-id', '1'])
    expect(again.stderr).toContain('resumes Tiny/1')
  })

  it('runs a flow in a folder where Millrace is not installed', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps({ start: "console.log('here')" }) })
    rmSync(join(folder.path, 'node_modules'), { recursive: true })
    const { code, stdout, stderr } = await folder.millrace(['flow.ts', 'run'], { env: { XDG_CACHE_HOME: '' } })
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('here')
    expect((await folder.millrace(['flow.ts', 'runs'])).stdout).toContain('succeeded')
    // Its bundle is in the user's cache, and a home that cannot be written to is no trouble.
    expect(readdirSync(join(folder.path, '.cache', 'millrace')).some((name) => name.endsWith('.mjs'))).toBe(true)
    const homeless = await folder.millrace(['flow.ts', 'run'], { env: { HOME: '/dev/null', XDG_CACHE_HOME: '', TMPDIR: folder.path } })
    expect(homeless.code, homeless.stderr).toBe(0)
    expect(readdirSync(folder.path).filter((name) => name.startsWith('millrace-'))).toEqual([])
  })

  it('tells in one line that its bundle cannot be kept', async () => {
    using folder = new FlowFolder({ 'flow.ts': twoSteps(), 'node_modules/.cache': 'a file where a folder should be' })
    const { code, stderr } = await folder.millrace(['flow.ts', 'run'])
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: Could not keep the bundle of flow\.ts: .*node_modules\/\.cache.*let this user write to it\.\n$/),
    ])
  })

  it('prints its version and its help', async () => {
    using folder = new FlowFolder()
    expect(await folder.millrace(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect(await folder.millrace(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Usage: millrace FLOW_FILE COMMAND'),
    })
  })

  const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
    try {
      return Number(execFileSync(path, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' })) < 22
    } catch {
      return false
    }
  })

  it.skipIf(oldNode === undefined)('says in one line which Node it needs when that is too old', async () => {
    let failure: { status?: number; stderr?: string } = {}
    try {
      execFileSync(oldNode ?? '', [bin, '--version'], { encoding: 'utf8', stdio: 'pipe' })
    } catch (error) {
      failure = error as typeof failure
    }
    expect(failure.status).toBe(1)
    expect(failure.stderr).toMatch(/^millrace needs Node 22\.19 or newer; this is \d+\.\d+\.\d+ \(\/.*\)\. Install .*\n$/)
  })
})
