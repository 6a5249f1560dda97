import { expect, test } from 'vitest'
import { readDefinition } from '../../flow/definition.ts'
import { FlowSpec } from '../../flow/flow-spec.ts'
import type { Inputs } from '../../flow/inputs.ts'
import { parameter } from '../../flow/parameter.ts'
import { join, step } from '../../flow/step.ts'
import { checkFlow } from '../check-flow.ts'
import { outlineOf } from '../flow-text.fixture.ts'

/** The eight of the fifteen graphs of Metaflow's own core tests that choose. */

class SimpleSwitch extends FlowSpec {
  which = parameter('case1')
  start = step(() => this.next(this.switchStep))
  switchStep = step(() => {
    switch (this.which) {
      case 'case1':
        return this.next(this.a)
      case 'case2':
        return this.next(this.b)
      default:
        return this.next(this.c)
    }
  })
  a = step(() => this.next(this.end))
  b = step(() => this.next(this.end))
  c = step(() => this.next(this.end))
  end = step(() => {})
}

class NestedSwitch extends FlowSpec {
  deep = parameter(true)
  start = step(() => (this.deep ? this.next(this.switch2) : this.next(this.b)))
  switch2 = step(() => {
    if (Math.random() < 0.5) this.next(this.c)
    else this.next(this.d)
  })
  b = step(() => this.next(this.end))
  c = step(() => this.next(this.end))
  d = step(() => this.next(this.end))
  end = step(() => {})
}

class BranchInSwitch extends FlowSpec {
  process = parameter(true)
  start = step(() => {
    if (this.process) this.next(this.processBranch)
    else this.next(this.skipPath)
  })
  processBranch = step(() => this.next(this.p1, this.p2))
  p1 = step(() => this.next(this.processJoin))
  p2 = step(() => this.next(this.processJoin))
  processJoin = join(() => this.next(this.end))
  skipPath = step(() => this.next(this.end))
  end = step(() => {})
}

class SwitchInBranch extends FlowSpec {
  start = step(() => this.next(this.a, this.b))
  a = step(() => {
    if (Math.random() < 0.5) this.next(this.c)
    else this.next(this.d)
  })
  b = step(() => this.next(this.meet))
  c = step(() => this.next(this.meet))
  d = step(() => this.next(this.meet))
  meet = join(() => this.next(this.end))
  end = step(() => {})
}

class ForeachInSwitch extends FlowSpec {
  items!: string[]
  start = step(() => {
    if (Math.random() < 0.5) this.next(this.processItems)
    else this.next(this.skipProcessing)
  })
  processItems = step(() => {
    this.items = ['item_1', 'item_2']
    this.next(this.doWork, { foreach: this.items })
  })
  doWork = step((_item: string) => this.next(this.joinWork))
  joinWork = join(() => this.next(this.end))
  skipProcessing = step(() => this.next(this.end))
  end = step(() => {})
}

class SwitchInForeach extends FlowSpec {
  start = step(() => this.next(this.processItem, { foreach: ['type_a', 'type_b'] }))
  processItem = step((item: string) => {
    if (item === 'type_a') this.next(this.handleA)
    else this.next(this.handleB)
  })
  handleA = step(() => this.next(this.meet))
  handleB = step(() => this.next(this.meet))
  meet = join(() => this.next(this.end))
  end = step(() => {})
}

class RecursiveSwitch extends FlowSpec {
  count = 0
  start = step(() => this.next(this.loopStep))
  loopStep = step(() => {
    this.count += 1
    if (this.count < 10) this.next(this.loopStep)
    else this.next(this.exitLoop)
  })
  exitLoop = step(() => this.next(this.end))
  end = step(() => console.log(this.count))
}

class RecursiveSwitchInsideForeach extends FlowSpec {
  count!: number
  limit!: number
  start = step(() => this.next(this.startLoopForItem, { foreach: [3, 5] }))
  startLoopForItem = step((limit: number) => {
    this.limit = limit
    this.count = 0
    this.next(this.loopBody)
  })
  loopBody = step(() => {
    this.count += 1
    this.count < this.limit ? this.next(this.loopBody) : this.next(this.exitItemLoop)
  })
  exitItemLoop = step(() => this.next(this.meet))
  meet = join((inputs: Inputs<this>) => {
    this.count = inputs.reduce((sum, { count }) => sum + count, 0)
    this.next(this.end)
  })
  end = step(() => console.log(this.count))
}

const shapes: [flowClass: new () => FlowSpec, outline: string[]][] = [
  [SimpleSwitch, ['start linear switchStep', 'switchStep switch a b c', 'a linear end', 'b linear end', 'c linear end', 'end end']],
  [NestedSwitch, ['start switch switch2 b', 'switch2 switch c d', 'b linear end', 'c linear end', 'd linear end', 'end end']],
  [
    BranchInSwitch,
    [
      ...['start switch processBranch skipPath', 'processBranch split p1 p2', 'p1 linear processJoin', 'p2 linear processJoin'],
      ...['processJoin join linear end', 'skipPath linear end', 'end end'],
    ],
  ],
  [
    SwitchInBranch,
    ['start split a b', 'a switch c d', 'b linear meet', 'c linear meet', 'd linear meet', 'meet join linear end', 'end end'],
  ],
  [
    ForeachInSwitch,
    [
      ...['start switch processItems skipProcessing', 'processItems foreach doWork', 'doWork linear joinWork'],
      ...['joinWork join linear end', 'skipProcessing linear end', 'end end'],
    ],
  ],
  [
    SwitchInForeach,
    [
      'start foreach processItem',
      'processItem switch handleA handleB',
      'handleA linear meet',
      'handleB linear meet',
      'meet join linear end',
      'end end',
    ],
  ],
  [RecursiveSwitch, ['start linear loopStep', 'loopStep switch loopStep exitLoop', 'exitLoop linear end', 'end end']],
  [
    RecursiveSwitchInsideForeach,
    [
      ...['start foreach startLoopForItem', 'startLoopForItem linear loopBody', 'loopBody switch loopBody exitItemLoop'],
      ...['exitItemLoop linear meet', 'meet join linear end', 'end end'],
    ],
  ],
]

test.each(shapes)('%o is accepted, with the graph that it draws', (flowClass, outline) => {
  const { graph, problems } = checkFlow(readDefinition(flowClass))
  expect(problems).toEqual([])
  expect(outlineOf(graph)).toEqual(outline)
})
