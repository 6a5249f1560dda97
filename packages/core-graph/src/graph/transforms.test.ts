import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join as joinPath } from 'node:path'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import { checkFlow } from './check-flow.ts'
import { flowFromText } from './flow-text.fixture.ts'
import type { GraphNode } from './graph.ts'

/** Every construct of the language, in one flow; a statement `const flow = class ...` that a transform can take. */
const source = `
interface Row { name: string; score: number }
type Scores = Map<string, number>

class Large extends FlowSpec {
  readonly size: number = parameter(3, { help: 'how many' })
  rows!: Row[]
  best?: string
  round = 0
  scores: Scores = new Map()
  #scratch = new Map<string, unknown>()
  #scale = (value: number): number => value * this.factor
  factor = 2

  start = step(() => {
    this.rows = Array.from({ length: this.size }, (_, index): Row => ({ name: 'row ' + index, score: index }))
    if (this.rows.length > 100) {
      this.next(this.wide)
    } else if (this.rows.length > 10) {
      console.log('some')
      this.next(this.narrow)
    } else {
      throw new Error('too few')
    }
  })

  wide = step({ retry: 2, timeout: '10m' }, async () => {
    const rows = this.rows as readonly Row[]
    await Promise.resolve()
    return this.next(this.work, { foreach: rows.filter(({ score }) => score > 0) })
  })

  work = step(async (row: Row): Promise<void> => {
    try {
      this.#scratch.set(row.name, await this.measure(row))
      this.best = row.name
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.best ??= 'none'
    } finally {
      console.log(row!.name satisfies string)
    }
    switch (row.score % 3) {
      case 0:
        this.next(this.zero)
        break
      case 1:
        this.next(this.one)
        return
      default:
        this.next(this.gather)
    }
  })

  zero = step(() => this.next(this.gather))
  one = step(() => void this.next(this.gather))

  gather = join({ resources: { cpu: 2 } }, (inputs: Inputs<Large>) => {
    this.mergeArtifacts(inputs, { include: ['rows', 'factor'] })
    const [first, ...others] = [...inputs].sort((a, b) => a.round - b.round)
    this.best = others.reduce((best, { best: own }) => (own! > best! ? own : best), first?.best)
    this.next(this.narrow)
  })

  narrow = step(() => {
    const { rows, factor = 1 } = this
    this.round = 0
    for (const row of rows) if (row.score > factor) this.round += this.#scale(row.score)
    this.next(this.left, this.right)
  })

  left = step(() => {
    this.best = 'left'
    this.next(this.meet)
  })

  right = step(() => {
    outer: for (;;) {
      for (const row of this.rows) {
        if (row.score > 3) {
          this.best = row.name
          break outer
        }
      }
      this.best = undefined
      break
    }
    this.next(this.meet)
  })

  meet = join((inputs: Inputs<Large>) => {
    const { left, right } = inputs
    this.best = left.best ?? right.best ?? 'none'
    this.round = Math.max(...inputs.map((input) => input.round))
    this.next(this.loop)
  })

  loop = step(() => {
    this.round += 1
    if (this.round < this.size) {
      this.next(this.loop)
      return
    }
    const done: boolean = this.best !== undefined
    done ? this.next(this.end) : this.next(this.wait)
  })

  wait = step(() => {
    let tries = 0
    while (true) {
      if (tries++ > 3) {
        this.next(this.end)
        break
      }
    }
  })

  end = step(() => console.log(this.best, this.round))

  private async measure(row: Row): Promise<number> {
    return row.score * this.factor
  }
}
`

const nodesOf = (script: string): GraphNode[] => {
  const { graph, problems } = checkFlow(flowFromText(`(() => { ${script}; return Large })()`))
  expect(problems).toEqual([])
  return [...graph.nodes.values()]
}

const asWritten = nodesOf(stripTypeScriptTypes(source))

test('the flow of this test has every kind of step', () => {
  expect(asWritten.map(({ name, kind, targets, dynamic }) => [name, kind, targets.join(' '), dynamic])).toEqual([
    ['start', 'switch', 'wide narrow', false],
    ['wide', 'foreach', 'work', false],
    ['work', 'switch', 'zero one gather', false],
    ['zero', 'linear', 'gather', false],
    ['one', 'linear', 'gather', false],
    ['gather', 'linear', 'narrow', false],
    ['narrow', 'split', 'left right', false],
    ['left', 'linear', 'meet', false],
    ['right', 'linear', 'meet', false],
    ['meet', 'linear', 'loop', false],
    ['loop', 'switch', 'loop wait end', false],
    ['wait', 'linear', 'end', false],
    ['end', 'end', '', false],
  ])
})

test.each(['node22', 'es2022', 'esnext'])('the graph is the same after esbuild for %s, minified or not', async (target) => {
  for (const minify of [false, true]) {
    const { code } = await transform(source, {
      loader: 'ts',
      target,
      minifySyntax: minify,
      minifyWhitespace: minify,
      minifyIdentifiers: minify,
      keepNames: true,
    })
    expect(nodesOf(`var __defProp, __name; ${code}`)).toEqual(asWritten)
  }
})

test('the graph is the same after the TypeScript compiler', async () => {
  const folder = await mkdtemp(joinPath(tmpdir(), 'millrace-transforms-'))
  try {
    await writeFile(joinPath(folder, 'large.ts'), source)
    const compiler = joinPath(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
    for (const options of [[], ['--useDefineForClassFields', 'false']]) {
      const settings = ['--ignoreConfig', '--target', 'es2022', '--module', 'esnext', '--noCheck', ...options]
      await promisify(execFile)(process.execPath, [compiler, ...settings, 'large.ts'], { cwd: folder })
      expect(nodesOf(await readFile(joinPath(folder, 'large.js'), 'utf8'))).toEqual(asWritten)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
