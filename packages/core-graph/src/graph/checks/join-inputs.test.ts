import { end, joined, middle, split, testFlows } from '../flow-text.fixture.ts'

testFlows('assigning what is not an artifact', [
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
])

testFlows('merging artifacts', [
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
])

testFlows('the branches of a join', [
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
])
