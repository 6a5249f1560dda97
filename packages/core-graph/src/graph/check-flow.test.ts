import { describe, expect, test } from 'vitest'
import { checkFlow } from './check-flow.ts'
import { flowFromText, flowOf, outlineOf, problemsOf } from './flow-text.fixture.ts'

const end = 'end = step(() => {})'

/** `start` splits into `left` and `right`; the rest is given. */
const split = (rest: string): string => `start = step(() => this.next(this.left, this.right))
${rest}
${end}`

/** A sound split of two branches that a join with this body closes. */
const joined = (body: string, branches = ''): string => `start = step(() => this.next(this.left, this.right))
left = step(() => { this.x = 1; this.next(this.meet) })
right = step(() => { this.x = 2; this.y = 3; this.next(this.meet) })
${branches}
meet = join((inputs) => { ${body}; this.next(this.end) })
${end}`

/** Three steps in a line, of which `middle` has this body. */
const middle = (body: string, fields = ''): string => `${fields}
start = step(() => { this.x = 1; this.next(this.middle) })
middle = step(() => { ${body} })
${end}`

const cases: Record<string, [title: string, fields: string, problems: string[]][]> = {
  'the ends of a flow': [
    ['a flow needs steps', 'total = 0', ['no-steps']],
    ['a flow needs start', `begin = step(() => this.next(this.end))\n${end}`, ['no-start']],
    ['a flow needs end', 'start = step(() => this.next(this.stop))\nstop = step(() => {})', ['no-end', 'stop missing-next: () => {}']],
    ['a one-step flow has start, by this name', 'only = step(() => {})', ['no-start', 'no-end', 'only missing-next: () => {}']],
    ['nothing may lead back to start', middle('this.next(this.start)'), ['middle start-incoming: this.next(this.start) }']],
    [
      'start may name itself',
      `n = 0\nstart = step(() => { this.n++; this.n < 3 ? this.next(this.start) : this.next(this.end) })\n${end}`,
      [],
    ],
    ['start is no join', `start = join((inputs) => this.next(this.end))\n${end}`, ['start start-join: (inputs) => this.next(this']],
    ['start takes no item', `start = step((item) => this.next(this.end))\n${end}`, ['start start-item: item) => this.next(this.en']],
    [
      'end goes nowhere',
      'start = step(() => this.next(this.end))\nend = step(() => this.next(this.end))',
      ['end end-transition: this.next(this.end)'],
    ],
    [
      'end is no join',
      'start = step(() => this.next(this.a, this.b))\na = step(() => this.next(this.end))\nb = step(() => this.next(this.end))\nend = join((inputs) => {})',
      ['end end-join: (inputs) => {}'],
    ],
  ],
  names: [
    [
      'a step name begins with a small letter',
      `start = step(() => this.next(this.Two))\nTwo = step(() => this.next(this.end))\n${end}`,
      ['Two step-name: () => this.next(this.end)'],
    ],
    [
      'a step name is ASCII',
      `start = step(() => this.next(this.größe))\ngröße = step(() => this.next(this.end))\n${end}`,
      ['größe step-name: () => this.next(this.end)'],
    ],
    [
      'a step name may not be one of FlowSpec',
      `start = step(() => this.next(this.index))\nindex = step(() => this.next(this.end))\n${end}`,
      ['index reserved-name: () => this.next(this.end)'],
    ],
    [
      'a parameter may not have a name of FlowSpec',
      `input = parameter(1)\nstart = step(() => this.next(this.end))\n${end}`,
      ['reserved-name'],
    ],
    ['a field may not have a name of FlowSpec', `index = 1\nstart = step(() => this.next(this.end))\n${end}`, ['reserved-name']],
  ],
  bodies: [
    [
      'a step takes at most one argument',
      middle('this.next(this.end)').replace('middle = step(()', 'middle = step((a = 1, b)'),
      ['middle arguments: b) => { this.next(this.end'],
    ],
    ['a join takes one argument', joined('').replace('(inputs)', '(inputs, more)'), ['meet arguments: more) => { ; this.next(thi']],
    ['a join may ignore its inputs', joined('').replace('(inputs)', '()'), []],
    ['a body that ends without this.next', middle('console.log(1)'), ['middle missing-next: () => { console.log(1) }']],
    ['a path that ends without this.next', middle('if (this.x) this.next(this.end)'), ['middle missing-next: () => { if (this.x) this.n']],
    ['this.next twice on a path', middle('this.next(this.end); this.next(this.end)'), ['middle next-twice: this.next(this.end) }']],
    ['a function expression is a body too', middle('').replace('() => {  }', 'async function () { this.next(this.end) }'), []],
    [
      'a generator is none',
      middle('').replace('() => {  }', 'function* () { this.next(this.end) }'),
      ['middle unreadable-body: function* () { this.next(t'],
    ],
    [
      'a bound function is none',
      middle('').replace('() => {  }', '(function () {}).bind(1)'),
      ['middle unreadable-body: function () { [native code'],
    ],
    ['a method is none', `go() {}\n${middle('').replace('() => {  }', 'this.go')}`, ['middle unreadable-body: go() {}']],
  ],
  'transitions that cannot be read': [
    ['a choice inside', middle('this.next(this.x ? this.end : this.end)'), ['middle conditional-target: this.x ? this.end : this.e']],
    ['a computed name', middle('const name = "end"; this.next(this[name])'), ['middle computed-target: this[name]) }']],
    ['a kept this', middle('const self = this; self.next(self.end)'), ['middle aliased-this: this; self.next(self.end)']],
    ['an assigned this', middle('let self; self = this; this.next(this.end)'), ['middle aliased-this: this; this.next(this.end)']],
    ['a callback', middle('[1].forEach(() => { this.next(this.end) })'), ['middle nested-next: this.next(this.end) }) }']],
    [
      'a callback with a this of its own',
      middle('[1].forEach(function () { this.next(this.end) })'),
      ['middle nested-next: this.next(this.end) }) }'],
    ],
    ['next by its name in text', middle("this['next'](this.end)"), ["middle computed-next: this['next'](this.end) }"]],
    ['next as a value', middle('const go = this.next; this.next(this.end)'), ['middle next-as-value: this.next; this.next(this.']],
    ['next taken apart', middle('const { next } = this; this.next(this.end)'), ['middle next-as-value: next } = this; this.next(t']],
    ['next in a method', `#go() { this.next(this.end) }\n${middle('this.#go()')}`, ['middle method-next: this.#go() }']],
    [
      'next in a method of a method',
      `go() { this.leave() }\nleave() { if (this.x) this.next(this.end) }\n${middle('this.go(); this.next(this.end)')}`,
      ['middle method-next: this.go(); this.next(this.'],
    ],
    [
      'next of another object is no matter',
      middle('const it = [][Symbol.iterator](); it.next(); class A { f() { this.next() } }; this.next(this.end)'),
      [],
    ],
  ],
  targets: [
    ['an unknown step', middle('this.next(this.ennd)'), ['middle unknown-step: this.ennd) }']],
    ['a parameter', middle('this.next(this.size)', 'size = parameter(1)'), ['middle not-a-step: this.size) }']],
    ['an artifact', middle('this.next(this.total)', 'total = 0'), ['middle not-a-step: this.total) }']],
    ['a method', middle('this.next(this.go)', 'go() {}'), ['middle not-a-step: this.go) }']],
    [
      'one step twice',
      split('left = step(() => this.next(this.end))\nright = step(() => this.next(this.end))').replace('this.right', 'this.left'),
      ['start same-target: this.left)', 'end unjoined-split: () => {}'].slice(0, 3),
    ],
    ['a loop without an end', middle('this.next(this.middle)'), ['middle endless-loop: this.next(this.middle) }', 'end orphan: () => {}']],
    [
      'a step with an item, without a foreach',
      `start = step(() => this.next(this.work))\nwork = step((item) => this.next(this.end))\n${end}`,
      ['start item-without-foreach: this.work)'],
    ],
    [
      'an item with a default may be missing',
      `start = step(() => this.next(this.work))\nwork = step((item = 1) => this.next(this.end))\n${end}`,
      [],
    ],
    [
      'a branch into a step with an item',
      split(
        'left = step((item) => this.next(this.meet))\nright = step(() => this.next(this.meet))\nmeet = join(() => this.next(this.end))',
      ),
      ['start item-without-foreach: this.left, this.right)'],
    ],
    [
      'a foreach straight into a join',
      `start = step(() => this.next(this.meet, { foreach: [1] }))\nmeet = join(() => this.next(this.end))\n${end}`,
      ['start foreach-into-join: this.meet, { foreach: [1]'],
    ],
    [
      'a branch straight into a join',
      split('left = step(() => this.next(this.right))\nright = join(() => this.next(this.end))'),
      ['start split-into-join: this.right)'],
    ],
    [
      'a foreach as an alternative',
      `start = step(() => { if (Math.random()) this.next(this.work, { foreach: [1] }); else this.next(this.end) })\nwork = step(() => this.next(this.meet))\nmeet = join(() => this.next(this.end))\n${end}`,
      ['start switch-alternative: this.next(this.work, { for'],
    ],
    [
      'a split as an alternative',
      `start = step(() => { if (Math.random()) this.next(this.a, this.b); else this.next(this.end) })\na = step(() => this.next(this.meet))\nb = step(() => this.next(this.meet))\nmeet = join(() => this.next(this.end))\n${end}`,
      ['start switch-alternative: this.next(this.a, this.b);'],
    ],
    ['the same transition in two branches is one', middle('if (this.x) this.next(this.end); else this.next(this.end)'), []],
  ],
  'loops and orphans': [
    [
      'a loop over two steps',
      'start = step(() => this.next(this.a))\na = step(() => this.next(this.b))\nb = step(() => { if (Math.random()) this.next(this.a); else this.next(this.end) })\nend = step(() => {})',
      ['a cycle: this.next(this.b)'],
    ],
    [
      'two loops are two problems',
      `start = step(() => this.next(this.a, this.c))\na = step(() => this.next(this.b))\nb = step(() => this.next(this.a))\nc = step(() => this.next(this.d))\nd = step(() => this.next(this.c))\n${end}`,
      ['a cycle: this.next(this.b)', 'c cycle: this.next(this.d)', 'end orphan: () => {}'],
    ],
    [
      'a step that is never reached',
      `${middle('this.next(this.end)')}\nlost = step(() => this.next(this.end))`,
      ['lost orphan: () => this.next(this.end)'],
    ],
    [
      'a mistyped step leaves no orphan',
      middle('this.next(this.end)').replace('this.middle', 'this.midle'),
      ['start unknown-step: this.midle) }'],
    ],
  ],
  'splits and joins': [
    [
      'the end of a flow inside a split',
      split('left = step(() => this.next(this.end))\nright = step(() => this.next(this.end))'),
      ['end unjoined-split: () => {}'],
    ],
    [
      'the end of a flow inside a foreach',
      `start = step(() => this.next(this.work, { foreach: [1] }))\nwork = step(() => this.next(this.end))\n${end}`,
      ['end unjoined-split: () => {}'],
    ],
    [
      'a join that a branch misses',
      'start = step(() => this.next(this.a, this.b, this.c))\na = step(() => this.next(this.meet))\nb = step(() => this.next(this.meet))\nc = step(() => this.next(this.end))\nmeet = join(() => this.next(this.end))\nend = step(() => {})',
      ['meet join-paths: () => this.next(this.end)', 'end unjoined-split: () => {}'],
    ],
    [
      'a join without a split',
      `start = step(() => this.next(this.meet))\nmeet = join(() => this.next(this.end))\n${end}`,
      ['meet join-without-split: () => this.next(this.end)'],
    ],
    [
      'a join of unrelated splits',
      `start = step(() => this.next(this.a, this.b))
a = step(() => this.next(this.a1, this.a2))
b = step(() => this.next(this.b1, this.b2))
a1 = step(() => this.next(this.meet))
a2 = step(() => this.next(this.meet))
b1 = step(() => this.next(this.meet))
b2 = step(() => this.next(this.meet))
meet = join(() => this.next(this.end))
${end}`,
      ['meet unrelated-splits: () => this.next(this.end)'],
    ],
    [
      'a join of a branch and of what is outside',
      `start = step(() => { if (Math.random()) this.next(this.fan); else this.next(this.meet) })
fan = step(() => this.next(this.work, { foreach: [1] }))
work = step(() => this.next(this.meet))
meet = join(() => this.next(this.end))
${end}`,
      ['meet unrelated-splits: () => this.next(this.end)'],
    ],
    [
      'branches that meet in a step that is no join',
      split('left = step(() => this.next(this.meet))\nright = step(() => this.next(this.meet))\nmeet = step(() => this.next(this.end))'),
      ['meet needs-join: () => this.next(this.end)'],
    ],
    [
      'a case that leaves a foreach',
      `start = step(() => this.next(this.work, { foreach: [1] }))
work = step(() => { if (Math.random()) this.next(this.meet); else this.next(this.after) })
meet = join(() => this.next(this.after))
after = step(() => this.next(this.end))
${end}`,
      ['after needs-join: () => this.next(this.end)'],
    ],
    [
      'branches that choose between two joins',
      `start = step(() => this.next(this.work, { foreach: [1] }))
work = step(() => { if (Math.random()) this.next(this.one); else this.next(this.two) })
one = join(() => this.next(this.end))
two = join(() => this.next(this.end))
${end}`,
      ['two several-joins: () => this.next(this.end)'],
    ],
    [
      'a switch whose cases lead straight into the join',
      split(
        'left = step(() => { if (Math.random()) this.next(this.meet); else this.next(this.more) })\nmore = step(() => this.next(this.meet))\nright = step(() => this.next(this.meet))\nmeet = join(() => this.next(this.end))',
      ),
      [],
    ],
    [
      'a join that splits',
      split(
        'left = step(() => this.next(this.meet))\nright = step(() => this.next(this.meet))\nmeet = join(() => this.next(this.a, this.b))\na = step(() => this.next(this.last))\nb = step(() => this.next(this.last))\nlast = join(() => this.next(this.end))',
      ),
      [],
    ],
    [
      'a join that fans out',
      split(
        'left = step(() => this.next(this.meet))\nright = step(() => this.next(this.meet))\nmeet = join((inputs) => this.next(this.a, { foreach: [1] }))\na = step(() => this.next(this.last))\nlast = join(() => this.next(this.end))',
      ),
      [],
    ],
    [
      'nothing is said about what follows an unreadable body',
      split(
        'left = step(() => { const f = () => this.next(this.meet) })\nright = step(() => this.next(this.meet))\nmeet = join(() => this.next(this.end))',
      ),
      ['left nested-next: this.next(this.meet) }'],
    ],
  ],
  'assigning what is not an artifact': [
    [
      'a parameter',
      middle('this.size = 3; this.next(this.end)', 'size = parameter(1)'),
      ['middle parameter-assigned: this.size = 3; this.next(t'],
    ],
    [
      'a parameter in place',
      middle('this.size++; this.next(this.end)', 'size = parameter(1)'),
      ['middle parameter-assigned: this.size++; this.next(thi'],
    ],
    [
      'a parameter, taken apart',
      middle('[this.size] = [1]; this.next(this.end)', 'size = parameter(1)'),
      ['middle parameter-assigned: this.size] = [1]; this.nex'],
    ],
    [
      'a parameter in a method',
      middle('this.grow(); this.next(this.end)', 'size = parameter(1)\ngrow() { this.size += 1 }'),
      ['middle parameter-assigned: this.grow(); this.next(thi'],
    ],
    ['a step', middle('this.start = 3; this.next(this.end)'), ['middle step-assigned: this.start = 3; this.next(']],
    ['what FlowSpec has', middle('this.input = 3; this.next(this.end)'), ['middle reserved-assigned: this.input = 3; this.next(']],
  ],
  'merging artifacts': [
    ['only in a join', middle('this.mergeArtifacts([]); this.next(this.end)'), ['middle merge-outside-join: this.mergeArtifacts([]); t']],
    [
      'include or exclude',
      joined("this.mergeArtifacts(inputs, { include: ['x'], exclude: ['y'] })"),
      ['meet merge-options: this.mergeArtifacts(inputs'],
    ],
    [
      'an included artifact must be there',
      joined("this.mergeArtifacts(inputs, { include: ['y', 'z'] })"),
      ["meet unassigned-merge: 'z'] }); this.next(this.en"],
    ],
    ['an excluded one need not', joined("this.mergeArtifacts(inputs, { exclude: ['z'] })"), []],
  ],
  'the branches of a join': [
    ['by its first step and by its last', joined('console.log(inputs.left.x, inputs.right.y)'), []],
    ['a branch that is none', joined('console.log(inputs.lefd.x)'), ['meet unknown-branch: inputs.lefd.x); this.next(']],
    ['taken apart', joined('const { left, middle } = inputs; console.log(left.x)'), ['meet unknown-branch: middle } = inputs; console']],
    ['a place that is none', joined('console.log(inputs[2].x)'), ['meet unknown-branch: inputs[2].x); this.next(th']],
    [
      'a foreach has no named branches',
      `start = step(() => this.next(this.work, { foreach: [1] }))\nwork = step(() => { this.x = 1; this.next(this.meet) })\nmeet = join((inputs) => { this.x = inputs.work.x; this.next(this.end) })\n${end}`,
      ['meet unknown-branch: inputs.work.x; this.next(t'],
    ],
    [
      'a branch goes by the step that leads into the join',
      split(
        'left = step(() => this.next(this.last))\nlast = step(() => { this.x = 1; this.next(this.meet) })\nright = step(() => this.next(this.meet))\nmeet = join((inputs) => { this.x = inputs.last.x + inputs.left.x; this.next(this.end) })',
      ),
      [],
    ],
    ['what no step of that branch assigns', joined('console.log(inputs.left.y)'), ['meet unassigned-input: inputs.left.y); this.next(']],
    ['the same, by place', joined('console.log(inputs[0].y, inputs[1].y)'), ['meet unassigned-input: inputs[0].y, inputs[1].y);']],
    [
      'the same, taken apart',
      joined('const { left: { y }, right } = inputs; const [, second] = inputs; console.log(right.y, second.y)'),
      ['meet unassigned-input: y }, right } = inputs; con'],
    ],
    [
      'what no step of any branch assigns',
      joined('console.log(inputs.map((input) => input.z))'),
      ['meet unassigned-input: input.z)); this.next(this.'],
    ],
    ['the same in a loop', joined('for (const { x, z } of inputs) console.log(x)'), ['meet unassigned-input: z } of inputs) console.log']],
    [
      'what a method reads from them is not looked into',
      joined('this.#best(inputs)', '#best(inputs) { return inputs.map((input) => input.z) + inputs.lefd.x }'),
      [],
    ],
    ['what a single branch assigns may be read from any', joined('console.log(inputs.map((input) => input.y))'), []],
    [
      'parameters, steps and members may be read',
      joined('console.log(inputs[0].size, inputs[0].twice, inputs[0].index)', 'size = parameter(1)\nget twice() { return 2 }'),
      [],
    ],
  ],
  options: [
    [
      'retry is a number',
      middle('this.next(this.end)').replace('step(() => { this.next', 'step({ retry: -1 }, () => { this.next'),
      ['middle options: () => { this.next(this.end'],
    ],
    [
      'a retry delay is a duration',
      middle('this.next(this.end)').replace('step(() => { this.next', "step({ retry: { times: 1, delay: 'soon' } }, () => { this.next"),
      ['middle options: () => { this.next(this.end'],
    ],
    [
      'a timeout is a duration',
      middle('this.next(this.end)').replace('step(() => { this.next', "step({ timeout: '10 minutes' }, () => { this.next"),
      ['middle options: () => { this.next(this.end'],
    ],
    [
      'a timeout is not 0',
      middle('this.next(this.end)').replace('step(() => { this.next', 'step({ timeout: 0 }, () => { this.next'),
      ['middle options: () => { this.next(this.end'],
    ],
    [
      'catch names no step',
      middle('this.next(this.end)').replace('step(() => { this.next', "step({ catch: 'start' }, () => { this.next"),
      ['middle options: () => { this.next(this.end'],
    ],
    [
      'catch names no parameter',
      middle('this.next(this.end)', 'size = parameter(1)').replace('step(() => { this.next', "step({ catch: 'size' }, () => { this.next"),
      ['middle options: () => { this.next(this.end'],
    ],
    [
      'catch names a field',
      middle('this.next(this.end)').replace('step(() => { this.next', "step({ catch: 'a b' }, () => { this.next"),
      ['middle options: () => { this.next(this.end'],
    ],
    [
      'catch and a split do not go together',
      joined('').replace('step(() => this.next(this.left', "step({ catch: 'failure' }, () => this.next(this.left"),
      ['start options: () => this.next(this.left,'],
    ],
    [
      'catch and a switch do not go together',
      middle('this.x ? this.next(this.end) : this.next(this.middle)').replace(
        'step(() => { this.x ?',
        "step({ catch: 'failure' }, () => { this.x ?",
      ),
      ['middle options: () => { this.x ? this.next'],
    ],
    [
      'resources are amounts',
      middle('this.next(this.end)').replace('step(() => { this.next', "step({ resources: { memory: '60GB', cpus: 2 } }, () => { this.next"),
      ['middle options: () => { this.next(this.end', 'middle options: () => { this.next(this.end'],
    ],
    [
      'an environment is text',
      middle('this.next(this.end)').replace('step(() => { this.next', 'step({ environment: { A: 1 } }, () => { this.next'),
      ['middle options: () => { this.next(this.end'],
    ],
    [
      'all of them may be there',
      middle('this.next(this.end)').replace(
        'step(() => { this.next',
        "step({ batch: { cpu: 1, image: 'node' }, resources: { gpu: 0 }, retry: { times: 2, delay: '1s' }, timeout: '1h', catch: 'failure', environment: { A: '1' } }, () => { this.next",
      ),
      [],
    ],
  ],
}

for (const [group, flows] of Object.entries(cases))
  describe(group, () => {
    test.each(flows)('%s', (_, fields, problems) => {
      const found = problemsOf(flowOf(fields))
      expect(found.map((line, index) => line.slice(0, problems[index]?.length))).toEqual(problems)
    })
  })

test('all problems are told at once, those of the flow first and then in the order of the source', () => {
  const flow = flowOf(`
    start = step(() => { this.size = 2; this.next(this.midle) })
    size = parameter(1)
    middle = step({ timeout: 'never' }, () => { console.log(this.nowhere); this.next(this.stop) })
    lost = step(() => {})
  `)
  expect(problemsOf(flow).map((line) => line.split(':')[0])).toEqual([
    'no-end',
    'start parameter-assigned',
    'start unknown-step',
    'middle options',
    'middle unassigned-artifact',
    'middle unknown-step',
    'lost missing-next',
  ])
})

test('messages name the nearest name, and are sentences', () => {
  const messages = (fields: string): readonly string[] => checkFlow(flowOf(fields)).problems.map(({ message }) => message)
  expect(messages(middle('this.next(this.ennd)'))).toEqual([
    'Step middle goes to ennd, and the flow has no such step. Did you mean this.end?',
  ])
  expect(messages(middle('console.log(this.totl); this.next(this.end)', 'total = 0'))).toEqual([
    'Step middle reads totl, and no step assigns it. Did you mean this.total?',
  ])
  expect(messages(joined('console.log(inputs.lefd.x)'))).toEqual([
    'The join meet reads inputs.lefd, which is no branch of the split in step start. Did you mean inputs.left?',
  ])
  for (const flows of Object.values(cases))
    for (const [, fields] of flows) for (const message of messages(fields)) expect(message).toMatch(/^[A-Z"].*[.?]$/)
})

test('a flow that extends another takes its steps, and both classes are read', () => {
  const definition = flowFromText(`(() => {
    class Parent extends FlowSpec {
      start = step(() => { this.load(); this.next(this.work) })
      load() { this.rows = this.read() }
      read() { return [] }
      end = step(() => {})
    }
    return class Child extends Parent {
      work = step(() => { console.log(this.rows, this.count); this.next(this.end) })
      read() { this.count = 1; return super.read() }
    }
  })()`)
  const { graph, problems } = checkFlow(definition)
  expect(problems).toEqual([])
  expect(outlineOf(graph)).toEqual(['start linear work', 'end end', 'work linear end'])
  expect(graph.nodes.get('start')?.writes).toEqual(new Set(['rows', 'count']))
})
