import { describe, expect, test } from 'vitest'
import { flowOf, problemsOf } from '../flow-text.fixture.ts'

/** Three steps in a line; `start` assigns `a`, and `end` reads what is given. */
const line = (middle: string, last = '', fields = ''): string => `${fields}
start = step(() => { this.a = 1; this.next(this.middle) })
middle = step(async () => { ${middle}; this.next(this.end) })
end = step(() => { ${last} })`

/** Two branches that assign `x` and `y`, and a join with this body. */
const branches = (join: string, last = ''): string => `initial = 0
start = step(() => { this.before = 1; this.next(this.left, this.right) })
left = step(() => { this.x = 1; this.next(this.meet) })
right = step(() => { this.y = 1; this.next(this.meet) })
meet = join((inputs) => { ${join}; this.next(this.end) })
end = step(() => { ${last} })`

describe('a read of what no step before can have assigned is a problem', () => {
  test.each([
    ['no step assigns it', line('console.log(this.b)'), ['middle: this.b']],
    [
      'a later step assigns it',
      line('console.log(this.b)').replace('end = step(() => {', 'end = step(() => { this.b = 1;'),
      ['middle: this.b'],
    ],
    ['the body assigns it later', line('console.log(this.b); this.b = 1'), ['middle: this.b']],
    ['a compound assignment reads first', line('this.b += 1'), ['middle: this.b']],
    ['an assignment from itself', line('this.b = this.b + 1'), ['middle: this.b']],
    ['?? is a read', line('console.log(this.b ?? 1, this.c?.d, typeof this.e)'), ['middle: this.b', 'middle: this.c', 'middle: this.e']],
    [
      'in the arguments of foreach',
      line('')
        .replace('this.next(this.end)', 'this.next(this.work, { foreach: this.items })')
        .concat('\nwork = step((n) => this.next(this.meet))\nmeet = join(() => this.next(this.end))'),
      ['middle: this.items'],
    ],
    ['through a method', line('this.report()', '', 'report() { console.log(this.b) }'), ['middle: this.report']],
    ['taken apart', line('const { a, b } = this'), ['middle: b']],
    [
      'a join starts with nothing of its branches',
      branches('console.log(this.x, this.before, this.initial)'),
      ['meet: this.x', 'meet: this.before', 'meet: this.initial'],
    ],
    [
      'a join passes nothing on by itself',
      branches('this.z = 1', 'console.log(this.x, this.initial, this.z)'),
      ['end: this.x', 'end: this.initial'],
    ],
    [
      'merging passes on what it includes',
      branches("this.mergeArtifacts(inputs, { include: ['x'] })", 'console.log(this.x, this.y)'),
      ['end: this.y'],
    ],
    [
      'merging passes on what it does not exclude',
      branches("this.mergeArtifacts(inputs, { exclude: ['x'] })", 'console.log(this.x, this.y)'),
      ['end: this.x'],
    ],
    ['merging comes too late', branches('console.log(this.x); this.mergeArtifacts(inputs)'), ['meet: this.x']],
    ['a sibling branch assigns it', branches('').replace('this.y = 1', 'console.log(this.x)'), ['right: this.x']],
  ])('%s', (_, fields, expected) => {
    const found = problemsOf(flowOf(fields)).map((problem) => problem.replace(' unassigned-artifact', ''))
    expect(found.map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected)
  })
})

describe('where it can have been assigned nothing is said', () => {
  test.each([
    ['by a step before', line('console.log(this.a)', 'console.log(this.a)')],
    ['by an initialiser', line('console.log(this.b)', 'this.b += 1', 'b = 0')],
    ['by a parameter', line('console.log(this.size)', '', 'size = parameter(1)')],
    ['on one of several paths', line('if (this.a) this.b = 1', 'console.log(this.b)')],
    ['by the body before', line('this.b = 1; console.log(this.b); this.b++')],
    ['by an earlier turn of a loop', line('for (const n of [1, 2]) { if (n > 1) console.log(this.b); this.b = n }')],
    ['in another branch of the body', line('if (this.a) this.b = 1; else this.c = 2; console.log(this.b, this.c)')],
    ['in a try', line('try { this.b = JSON.parse("1") } catch { console.log(this.b) }')],
    ['in a function that runs later', line('const log = () => console.log(this.b); this.b = 1; log()')],
    ['in a function before', line('const set = () => { this.b = 1 }; set(); console.log(this.b)')],
    ['in a method', line('this.load(); console.log(this.b)', 'console.log(this.b)', 'load() { this.b = 1 }')],
    ['by a method for itself', line('this.count()', '', 'count() { this.n = 0; this.n += 1 }')],
    ['by an escape', line('Object.assign(this, { b: 1 }); console.log(this.b)', 'console.log(this.c)')],
    ['by a computed name', line("this['b' + 1] = 2", 'console.log(this.b1)')],
    ['guarded', line("this.b ??= 1; this.c ||= 2; if ('d' in this) console.log(1); const { e = 1 } = this")],
    ['by a pattern', line('[this.b, { c: this.c }] = [1, { c: 2 }]; console.log(this.b, this.c)')],
    ['by a loop over it', line('for (this.b of [1]) console.log(this.b)')],
    [
      'by catch',
      line('')
        .replace('step(async', "step({ catch: 'failure' }, async")
        .replace('end = step(() => {', 'end = step(() => { console.log(this.failure);'),
    ],
    ['by merging', branches('this.mergeArtifacts(inputs); console.log(this.x)', 'console.log(this.x, this.before, this.initial)')],
    [
      'by merging in a method',
      branches('this.take(inputs)', 'console.log(this.y)').concat('\ntake(inputs) { this.mergeArtifacts(inputs) }'),
    ],
    ['by merging what cannot be seen', branches('this.mergeArtifacts(inputs, options)', 'console.log(this.x)')],
    ['in a join, by itself', branches('this.total = 0; this.total += inputs.left.x', 'console.log(this.total)')],
    [
      'by a loop over the step',
      'start = step(() => this.next(this.turn))\nturn = step(() => { if (this.done) this.next(this.end); else { this.done = true; this.next(this.turn) } })\nend = step(() => console.log(this.done))',
    ],
    ['delete is not looked into', line('delete this.a; console.log(this.a)')],
    ['by a private function', line('this.#set(); console.log(this.b)', '', '#set = () => { this.b = 1 }')],
    ['by a setter', line('this.both = 1; console.log(this.b)', '', 'set both(value) { this.b = value }')],
    ['in a step that is never reached', `${line('')}\nlost = step(() => { console.log(this.b); this.next(this.end) })`],
  ])('%s', (_, fields) => {
    expect(problemsOf(flowOf(fields)).filter((problem) => !problem.includes(' orphan'))).toEqual([])
  })
})
