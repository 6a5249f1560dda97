import { joined, middle, testFlows } from '../flow-text.fixture.ts'

testFlows('bodies', [
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
])

testFlows('transitions that cannot be read', [
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
])
