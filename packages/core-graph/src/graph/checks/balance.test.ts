import { end, middle, split, testFlows } from '../flow-text.fixture.ts'

testFlows('loops and orphans', [
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
])

testFlows('splits and joins', [
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
])
