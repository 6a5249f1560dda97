import { describe, expect, test } from 'vitest'
import { flowOf } from './flow-text.fixture.ts'
import type { GraphNode } from './graph.ts'
import { readGraph } from './read-graph.ts'

const fields = `
  size = parameter(3)
  map = new Map()
  #scratch = new Map()
  #twice = (n) => n * this.factor
  get ratio() { return this.hits / this.tries }
  set ratio(value) { this.stored = value }
  load(name) { this.rows = this.parse(this.text) }
  parse(text) { return text.split(this.separator) }
  pick(name) { return this[name] }
`

/** The node of a step, or of a join, with this body. */
function nodeOf(body: string, kind: 'step' | 'join' = 'step'): GraphNode {
  const { graph } = readGraph(
    flowOf(
      `${fields}\nstart = ${kind}(async (${kind === 'join' ? 'inputs' : ''}) => { ${body}; this.next(this.end) })\nend = step(() => {})`,
    ),
  )
  const node = graph.nodes.get('start')
  if (!node) throw new Error('the flow has no start')
  return node
}

const sorted = (names: ReadonlySet<string>): string => [...names].sort().join(' ')

describe('reads and writes of a body', () => {
  test.each([
    ['a read', 'console.log(this.a)', 'a', ''],
    ['an assignment', 'this.a = 1', '', 'a'],
    ['an assignment from another', 'this.a = this.b', 'b', 'a'],
    ['a compound assignment', 'this.a += 1; this.b ??= 2; this.c &&= 3', 'a b c', 'a b c'],
    ['an increment', 'this.a++; --this.b', 'a b', 'a b'],
    ['delete', 'delete this.a', '', 'a'],
    ['a change in place', 'this.a.push(1); this.b.c = 2; this.d[this.e] = 3', 'a b d e', ''],
    ['optional chaining', 'console.log(this.a?.b, this?.c)', 'a c', ''],
    ['text as a name', "this['a'] = this[`b`]", 'b', 'a'],
    ['taking apart', 'const { a, b: { c }, d = this.e } = this', 'a b d e', ''],
    ['taking apart in an assignment', 'let a; ({ a } = this)', 'a', ''],
    ['assigning by a pattern', '[this.a, { x: this.b, ...this.c }] = [this.d, this.e]', 'd e', 'a b c'],
    ['assigning by a loop', 'for (this.a of this.b) console.log(1)', 'b', 'a'],
    ['a nested arrow function', '[1].map((n) => { this.a = n + this.b })', 'b', 'a'],
    ['a nested function has a this of its own', '[1].map(function () { this.a = this.b }); class A { c = this.d }', '', ''],
    ['a parameter', 'console.log(this.size)', 'size', ''],
    ['steps and members of FlowSpec are none', 'console.log(this.index, this.input, this.foreachStack(), this.end)', '', ''],
    ['private fields are none', "this.#scratch.set('a', this.b)", 'b', ''],
    ['a private function', 'this.#twice(this.n)', 'factor n', ''],
    ['a getter', 'console.log(this.ratio)', 'hits tries', 'stored'],
    ['a setter', 'this.ratio = 1', 'hits tries', 'stored'],
    ['a method, and what it calls', "this.load('x')", 'separator text', 'rows'],
    ['a tagged template', 'this.tag`$' + '{this.a}`', 'a tag', ''],
    ['foreach', 'if (this.a) this.next(this.end, { foreach: this.items })', 'a items', ''],
    ['in', "if ('a' in this) console.log(1)", 'a', ''],
  ])('%s', (_, body, reads, writes) => {
    const node = nodeOf(body)
    expect([sorted(node.reads), sorted(node.writes), node.dynamic]).toEqual([reads, writes, false])
  })
})

test('names that the source does not show make a step dynamic', () => {
  for (const body of [
    'console.log(this[name])',
    'this[name] = 1',
    'helper(this)',
    'Object.assign(this, { a: 1 })',
    'const copy = { ...this }',
    'const { a, ...rest } = this',
    'for (const name in this) console.log(name)',
    'if (name in this) console.log(1)',
    'this.pick("a")',
    'eval("this.a")',
  ])
    expect(nodeOf(body), body).toMatchObject({ dynamic: true })
})

describe('what a join reads from its inputs', () => {
  test.each([
    ['a loop', 'for (const input of inputs) console.log(input.a)', 'a log'],
    ['a pattern in a loop', 'for (const { a, b: c } of inputs) console.log(c)', 'a b log'],
    ['callbacks', 'inputs.filter((i) => i.a).map(({ b }) => b).forEach((n) => n.toFixed())', 'a b toFixed'],
    ['reduce', 'inputs.reduce((sum, { a }) => sum + a, 0)', 'a'],
    ['the best of them', 'const best = inputs.reduce((x, y) => (x.a > y.a ? x : y)); this.c = best.b', 'a b'],
    ['sorting a copy', 'const [first] = [...inputs].sort((x, y) => x.a - y.a); this.c = first.b', 'a b'],
    ['places', 'this.c = inputs[0].a + inputs.at(-1).b + inputs[inputs.length - 1].d', 'a b d'],
    ['branches', 'this.c = inputs.left.a + inputs.right?.b', 'a b left right'],
    ['entries', 'for (const [i, input] of inputs.entries()) this.c = input.a', 'a'],
    ['Array.from', 'this.c = Array.from(inputs, (input) => input.a)', 'a'],
    ['flatMap', 'this.c = inputs.flatMap((input) => input.a)', 'a'],
    ['a local function', 'const score = (input) => input.a; this.c = inputs.map(score).concat(inputs.map((x) => score(x)))', 'a'],
    ['a function declaration', 'this.c = inputs.map(score); function score({ a }) { return a }', 'a'],
    ['a variable', 'let best; for (const i of inputs) { if (!best || i.a > best.a) best = i } this.c = best.b', 'a b'],
    ['find', 'this.c = inputs.find((i) => i.a)?.b ?? 0', 'a b'],
    ['merging', "this.mergeArtifacts(inputs, { exclude: ['a'] })", ''],
    ['an artifact with the name of an array method', 'this.c = inputs.map((input) => input.map)', 'map'],
    ['several awaited', 'this.c = await Promise.all(inputs.map(async (input) => fetch(input.a)))', 'a all'],
    ['a method that takes an input', 'this.c = inputs.map((input) => this.nameOf(input))', 'name'],
  ])('%s', (_, body, names) => {
    const flow = flowOf(
      `map = 1\nnameOf(input) { return input.name }\nstart = join(async (inputs) => { ${body}; this.next(this.end) })\nend = step(() => {})`,
    )
    const node = readGraph(flow).graph.nodes.get('start')
    const found = new Set(node?.inputReads)
    if (!names.includes('map')) found.delete('map')
    expect([sorted(found), node?.dynamic]).toEqual([names, false])
  })

  test('is dynamic where an input goes to what is not seen', () => {
    for (const body of [
      'console.log(inputs)',
      'helper(inputs[0])',
      'inputs.map(helper)',
      'const { a, ...rest } = inputs[0]',
      'for (const input of inputs) console.log(input[name])',
      'this.best = inputs[0]',
      'const pair = { first: inputs[0] }',
      'const all = []; for (const input of inputs) all.push(input)',
      'const make = () => inputs[0]; helper(make)',
      'outside = inputs',
      'const [first] = inputs; new Report(first)',
      'inputs.forEach((input) => Object.keys(input))',
      'report`$' + '{inputs}`',
    ])
      expect(nodeOf(body, 'join'), body).toMatchObject({ dynamic: true })
  })

  test('includes what a getter of theirs reads', () => {
    expect(sorted(nodeOf('console.log(inputs[0].ratio)', 'join').inputReads)).toBe('hits log tries')
  })
})

test('readGraph tells what cannot be read, and checks nothing else', () => {
  const { problems } = readGraph(flowOf('start = step(() => this.next(this[name]))\nlost = join(() => {})'))
  expect(problems.map(({ rule, step }) => [rule, step])).toEqual([['computed-target', 'start']])
})
