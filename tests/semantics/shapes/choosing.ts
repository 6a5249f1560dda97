import type { Shape, ShapeStep } from './shape.ts'

const linear = (name: string, to: string): ShapeStep => ({ name, next: { kind: 'linear', to } })
const end: ShapeStep = { name: 'end', next: { kind: 'end' } }

/** The eight of the fifteen shapes that choose where they go. What chooses is a parameter, an item or a count. */
export const choosingShapes: readonly Shape[] = [
  {
    name: 'simple-switch',
    fields: "which = parameter('case2')",
    parameters: ['which'],
    steps: [
      linear('start', 'switchStep'),
      {
        name: 'switchStep',
        next: {
          kind: 'switch',
          on: 'this.which',
          cases: [
            ['case1', 'a'],
            ['case2', 'b'],
            ['case3', 'c'],
          ],
        },
      },
      linear('a', 'end'),
      linear('b', 'end'),
      linear('c', 'end'),
      end,
    ],
    ways: [
      { name: 'case2', args: [], tasks: { start: 1, switchStep: 1, b: 1, end: 1 } },
      { name: 'case1', args: ['--which', 'case1'], tasks: { start: 1, switchStep: 1, a: 1, end: 1 } },
      { name: 'case3', args: ['--which', 'case3'], tasks: { start: 1, switchStep: 1, c: 1, end: 1 } },
    ],
  },
  {
    name: 'nested-switch',
    fields: "outer = parameter('case1')\n  nested = parameter('case2_2')",
    parameters: ['outer', 'nested'],
    steps: [
      {
        name: 'start',
        next: {
          kind: 'switch',
          on: 'this.outer',
          cases: [
            ['case1', 'switch2'],
            ['case2', 'b'],
          ],
        },
      },
      {
        name: 'switch2',
        next: {
          kind: 'switch',
          on: 'this.nested',
          cases: [
            ['case2_1', 'c'],
            ['case2_2', 'd'],
          ],
        },
      },
      linear('b', 'end'),
      linear('c', 'end'),
      linear('d', 'end'),
      end,
    ],
    ways: [
      { name: 'case1 and case2_2', args: [], tasks: { start: 1, switch2: 1, d: 1, end: 1 } },
      { name: 'case1 and case2_1', args: ['--nested', 'case2_1'], tasks: { start: 1, switch2: 1, c: 1, end: 1 } },
      { name: 'case2', args: ['--outer', 'case2'], tasks: { start: 1, b: 1, end: 1 } },
    ],
  },
  {
    name: 'branch-in-switch',
    fields: "action = parameter('process')",
    parameters: ['action'],
    steps: [
      {
        name: 'start',
        next: {
          kind: 'switch',
          on: 'this.action',
          cases: [
            ['process', 'processBranch'],
            ['skip', 'skipPath'],
          ],
        },
      },
      { name: 'processBranch', next: { kind: 'split', to: ['p1', 'p2'] } },
      linear('p1', 'processJoin'),
      linear('p2', 'processJoin'),
      { name: 'processJoin', join: true, next: { kind: 'linear', to: 'end' } },
      linear('skipPath', 'end'),
      end,
    ],
    ways: [
      { name: 'process', args: [], tasks: { start: 1, processBranch: 1, p1: 1, p2: 1, processJoin: 1, end: 1 } },
      { name: 'skip', args: ['--action', 'skip'], tasks: { start: 1, skipPath: 1, end: 1 } },
    ],
  },
  {
    name: 'switch-in-branch',
    fields: "which = parameter('case1')",
    parameters: ['which'],
    steps: [
      { name: 'start', next: { kind: 'split', to: ['a', 'b'] } },
      {
        name: 'a',
        next: {
          kind: 'switch',
          on: 'this.which',
          cases: [
            ['case1', 'c'],
            ['case2', 'd'],
          ],
        },
      },
      linear('b', 'meet'),
      linear('c', 'meet'),
      linear('d', 'meet'),
      { name: 'meet', join: true, next: { kind: 'linear', to: 'end' } },
      end,
    ],
    ways: [
      { name: 'case1', args: [], tasks: { start: 1, a: 1, b: 1, c: 1, meet: 1, end: 1 } },
      { name: 'case2', args: ['--which', 'case2'], tasks: { start: 1, a: 1, b: 1, d: 1, meet: 1, end: 1 } },
    ],
  },
  {
    name: 'foreach-in-switch',
    fields: "action = parameter('process')",
    parameters: ['action'],
    steps: [
      {
        name: 'start',
        next: {
          kind: 'switch',
          on: 'this.action',
          cases: [
            ['process', 'processItems'],
            ['skip', 'skipProcessing'],
          ],
        },
      },
      { name: 'processItems', next: { kind: 'foreach', to: 'doWork', items: ['item_1', 'item_2'] } },
      linear('doWork', 'joinWork'),
      { name: 'joinWork', join: true, next: { kind: 'linear', to: 'end' } },
      linear('skipProcessing', 'end'),
      end,
    ],
    ways: [
      { name: 'process', args: [], tasks: { start: 1, processItems: 1, doWork: 2, joinWork: 1, end: 1 } },
      { name: 'skip', args: ['--action', 'skip'], tasks: { start: 1, skipProcessing: 1, end: 1 } },
    ],
  },
  {
    name: 'switch-in-foreach',
    fields: "kindOf = parameter('item')",
    parameters: ['kindOf'],
    steps: [
      { name: 'start', next: { kind: 'foreach', to: 'processItem', items: ['type_a', 'type_b', 'type_a'] } },
      {
        name: 'processItem',
        next: {
          kind: 'switch',
          on: "this.kindOf === 'item' ? String(this.input) : this.kindOf",
          cases: [
            ['type_a', 'handleA'],
            ['type_b', 'handleB'],
          ],
        },
      },
      linear('handleA', 'meet'),
      linear('handleB', 'meet'),
      { name: 'meet', join: true, next: { kind: 'linear', to: 'end' } },
      end,
    ],
    ways: [
      { name: 'each as its item says', args: [], tasks: { start: 1, processItem: 3, handleA: 2, handleB: 1, meet: 1, end: 1 } },
      { name: 'all the same', args: ['--kind-of', 'type_b'], tasks: { start: 1, processItem: 3, handleB: 3, meet: 1, end: 1 } },
    ],
  },
  {
    name: 'recursive-switch',
    fields: 'limit = parameter(10)\n  round = 0',
    parameters: ['limit'],
    steps: [
      linear('start', 'loopStep'),
      { name: 'loopStep', before: 'this.round += 1', next: { kind: 'loop', while: 'this.round < this.limit', exit: 'exitLoop' } },
      linear('exitLoop', 'end'),
      end,
    ],
    ways: [
      { name: 'ten rounds', args: [], tasks: { start: 1, loopStep: 10, exitLoop: 1, end: 1 } },
      { name: 'one round', args: ['--limit', '1'], tasks: { start: 1, loopStep: 1, exitLoop: 1, end: 1 } },
    ],
  },
  {
    name: 'recursive-switch-in-foreach',
    fields: 'extra = parameter(0)\n  round = 0',
    parameters: ['extra'],
    steps: [
      { name: 'start', next: { kind: 'foreach', to: 'startLoop', items: [3, 1, 5] } },
      { name: 'startLoop', before: 'this.round = 0', next: { kind: 'linear', to: 'loopBody' } },
      {
        name: 'loopBody',
        before: 'this.round += 1',
        next: { kind: 'loop', while: 'this.round < Number(this.input) + this.extra', exit: 'exitLoop' },
      },
      linear('exitLoop', 'meet'),
      {
        name: 'meet',
        join: true,
        before: 'this.round = inputs.reduce((sum, { round }) => sum + round, 0)',
        next: { kind: 'linear', to: 'end' },
      },
      end,
    ],
    ways: [
      { name: '3, 1 and 5 rounds', args: [], tasks: { start: 1, startLoop: 3, loopBody: 9, exitLoop: 3, meet: 1, end: 1 } },
      {
        name: 'one round more for each',
        args: ['--extra', '1'],
        tasks: { start: 1, startLoop: 3, loopBody: 12, exitLoop: 3, meet: 1, end: 1 },
      },
    ],
  },
]
