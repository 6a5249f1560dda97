import { end, joined, middle, split, testFlows } from '../flow-text.fixture.ts'

testFlows('targets', [
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
    split('left = step((item) => this.next(this.meet))\nright = step(() => this.next(this.meet))\nmeet = join(() => this.next(this.end))'),
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
])

testFlows('options', [
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
    'a retry backoff is a factor from 1',
    middle('this.next(this.end)').replace('step(() => { this.next', 'step({ retry: { times: 1, backoff: 0 } }, () => { this.next'),
    ['middle options: () => { this.next(this.end'],
  ],
  [
    'a retry has no other keys',
    middle('this.next(this.end)').replace('step(() => { this.next', 'step({ retry: { times: 1, pause: 3 } }, () => { this.next'),
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
])
