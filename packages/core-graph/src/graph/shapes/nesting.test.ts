import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkFlow } from '../check-flow.ts'
import { flowOf, outlineOf } from '../flow-text.fixture.ts'

type Part =
  | { readonly kind: 'step' }
  | { readonly kind: 'loop' }
  | { readonly kind: 'split'; readonly blocks: readonly (readonly Part[])[] }
  | { readonly kind: 'switch'; readonly blocks: readonly (readonly Part[])[] }
  | { readonly kind: 'foreach'; readonly block: readonly Part[]; readonly takesItem: boolean }

interface Drawn {
  readonly name: string
  isJoin: boolean
  takesItem: boolean
  readonly kind: string
  targets: readonly string[]
}

const { block: anyBlock } = fc.letrec<{ block: Part[]; part: Part }>((tie) => ({
  block: fc.array(tie('part'), { minLength: 1, maxLength: 3 }),
  part: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Part>({ kind: 'step' }, { kind: 'loop' }),
    fc.record({ kind: fc.constant('split' as const), blocks: fc.array(tie('block'), { minLength: 2, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('switch' as const), blocks: fc.array(tie('block'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ kind: fc.constant('foreach' as const), block: tie('block'), takesItem: fc.boolean() }),
  ),
}))

/** Steps for a block of parts between `start` and `end`. */
function draw(block: readonly Part[]): Drawn[] {
  const steps: Drawn[] = []
  const add = (kind: string, targets: readonly string[], isJoin = false): Drawn => {
    const step = { name: `s${steps.length}`, isJoin, takesItem: false, kind, targets }
    steps.push(step)
    return step
  }
  const drawBlock = (parts: readonly Part[], next: string): string => parts.reduceRight((after, part) => drawPart(part, after).name, next)
  const drawPart = (part: Part, next: string): Drawn => {
    if (part.kind === 'step') return add('linear', [next])
    if (part.kind === 'loop') {
      const step = add('switch', [])
      step.targets = [step.name, next]
      return step
    }
    if (part.kind === 'switch') return add('switch', [...part.blocks.map((inner) => drawBlock(inner, next)), next])
    const meet = add('linear', [next], true).name
    if (part.kind === 'split')
      return add(
        'split',
        part.blocks.map((inner) => drawBlock(inner, meet)),
      )
    const first = drawBlock(part.block, meet)
    const target = steps.find(({ name }) => name === first)
    if (target && !target.targets.includes(first)) target.takesItem = part.takesItem
    return add('foreach', [first])
  }
  const first = drawBlock(block, 'end')
  return [{ name: 'start', isJoin: false, takesItem: false, kind: 'linear', targets: [first] }, ...steps]
}

function textOf(steps: readonly Drawn[]): string {
  const fields = steps.map(({ name, isJoin, takesItem, kind, targets }) => {
    const calls = targets.map((target) => `this.next(this.${target})`)
    const body =
      kind === 'switch'
        ? `switch (this.which) { ${calls.map((call, index) => (index === calls.length - 1 ? `default: ${call}` : `case ${index}: ${call}; break`)).join('; ')} }`
        : `this.next(${targets.map((target) => `this.${target}`).join(', ')}${kind === 'foreach' ? ', { foreach: [1, 2] }' : ''})`
    return `${name} = ${isJoin ? 'join' : 'step'}((${isJoin ? 'inputs' : takesItem ? 'item' : ''}) => { ${body} })`
  })
  return `which = parameter(1)\n${fields.join('\n')}\nend = step(() => {})`
}

test('every well-nested graph is accepted, and read as it was drawn', () => {
  fc.assert(
    fc.property(anyBlock, (block) => {
      const steps = draw(block)
      const { graph, problems } = checkFlow(flowOf(textOf(steps)))
      expect(problems).toEqual([])
      const order = [...graph.nodes.keys()]
      const drawn = steps.map(({ name, isJoin, kind, targets }) => {
        const inOrder = kind === 'switch' ? [...targets].sort((a, b) => order.indexOf(a) - order.indexOf(b)) : targets
        return [name, ...(isJoin ? ['join'] : []), kind, ...inOrder].join(' ')
      })
      expect(outlineOf(graph)).toEqual([...drawn, 'end end'])
    }),
    { numRuns: 150 },
  )
})

test('a well-nested graph with one step turned into a join, one join into a step, or one branch led past its join is refused', () => {
  fc.assert(
    fc.property(anyBlock, fc.nat(), fc.constantFrom('turn', 'lead'), (block, choice, mutation) => {
      const steps = draw(block)
      const joins = new Set(steps.filter(({ isJoin }) => isJoin).map(({ name }) => name))
      const candidates = mutation === 'turn' ? steps : steps.filter(({ kind, targets }) => kind === 'linear' && joins.has(targets[0] ?? ''))
      const chosen = candidates[choice % candidates.length]
      fc.pre(chosen !== undefined)
      if (mutation === 'turn') chosen.isJoin = !chosen.isJoin
      else chosen.targets = ['end']
      const rules = checkFlow(flowOf(textOf(steps))).problems.map(({ rule }) => rule)
      const refusals = ['join-without-split', 'join-paths', 'unrelated-splits', 'needs-join', 'unjoined-split', 'several-joins']
      expect(rules.some((rule) => [...refusals, 'start-join', 'split-into-join', 'foreach-into-join', 'orphan'].includes(rule))).toBe(true)
    }),
    { numRuns: 150 },
  )
})

const milliseconds = (fields: string): number => {
  const flow = flowOf(fields)
  const began = performance.now()
  expect(checkFlow(flow).problems).toEqual([])
  return performance.now() - began
}

test('twenty levels of nested splits take a fraction of a second', () => {
  const levels = Array.from({ length: 20 }, (_, level) => level)
  const down = levels.map(
    (level) => `s${level} = step(() => this.next(this.a${level}, this.b${level}))
      a${level} = step(() => { if (this.x) this.next(this.c${level}); else this.next(this.d${level}) })
      b${level} = step(() => this.next(this.j${level}))
      c${level} = step(() => this.next(this.${level === 19 ? 'j19' : `s${level + 1}`}))
      d${level} = step(() => this.next(this.${level === 19 ? 'j19' : `s${level + 1}`}))
      j${level} = join((inputs) => { this.mergeArtifacts(inputs); this.next(this.${level === 0 ? 'end' : `j${level - 1}`}) })`,
  )
  expect(milliseconds(`start = step(() => { this.x = 1; this.next(this.s0) })\n${down.join('\n')}\nend = step(() => {})`)).toBeLessThan(500)
})

test('twenty diamonds, one after the other, have a million paths and take a fraction of a second', () => {
  const diamonds = Array.from(
    { length: 20 },
    (_, index) => `s${index} = step(() => { if (Math.random() < 0.5) this.next(this.a${index}); else this.next(this.b${index}) })
      a${index} = step(() => this.next(this.${index === 19 ? 'end' : `s${index + 1}`}))
      b${index} = step(() => this.next(this.${index === 19 ? 'end' : `s${index + 1}`}))`,
  )
  expect(milliseconds(`start = step(() => this.next(this.s0))\n${diamonds.join('\n')}\nend = step(() => {})`)).toBeLessThan(500)
})

test('five hundred steps, each with an artifact of its own, take a fraction of a second', () => {
  const steps = Array.from(
    { length: 498 },
    (_, index) =>
      `s${index} = step(() => { this.x${index} = this.x${index - 1} + 1; this.next(this.${index === 497 ? 'end' : `s${index + 1}`}) })`,
  )
  const chain =
    `start = step(() => { this['x-1'] = 0; this.next(this.s0) })\n${steps.join('\n')}\nend = step(() => console.log(this.x497))`.replace(
      'this.x-1 + 1',
      '1',
    )
  expect(milliseconds(chain)).toBeLessThan(1_000)
  const branches = Array.from({ length: 498 }, (_, index) => `b${index}`)
  const wide = `start = step(() => this.next(${branches.map((name) => `this.${name}`).join(', ')}))
    ${branches.map((name) => `${name} = step(() => { this.${name}Value = 1; this.next(this.meet) })`).join('\n')}
    meet = join((inputs) => { this.mergeArtifacts(inputs); this.next(this.end) })
    end = step(() => console.log(this.b7Value))`
  expect(milliseconds(wide)).toBeLessThan(1_000)
})
