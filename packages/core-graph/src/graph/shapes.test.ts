import { expect, test } from 'vitest'
import { readDefinition } from '../flow/definition.ts'
import { FlowSpec } from '../flow/flow-spec.ts'
import type { Inputs } from '../flow/inputs.ts'
import { parameter } from '../flow/parameter.ts'
import { join, step } from '../flow/step.ts'
import { checkFlow } from './check-flow.ts'
import { outlineOf } from './flow-text.fixture.ts'

/** The fifteen graphs of Metaflow's own core tests. */

class SingleLinearStep extends FlowSpec {
  start = step(() => this.next(this.a))
  a = step(() => this.next(this.end))
  end = step(() => {})
}

class SingleAndBranch extends FlowSpec {
  start = step(() => this.next(this.a, this.b))
  a = step(() => this.next(this.meet))
  b = step(() => this.next(this.meet))
  meet = join(() => this.next(this.end))
  end = step(() => {})
}

class NestedBranches extends FlowSpec {
  start = step(() => this.next(this.a, this.b))
  a = step(() => this.next(this.aa, this.ab))
  b = step(() => this.next(this.ba, this.bb))
  aa = step(() => this.next(this.aaa, this.aab))
  ab = step(() => this.next(this.aba, this.abb))
  ba = step(() => this.next(this.baa, this.bab))
  bb = step(() => this.next(this.bba, this.bbb))
  aaa = step(() => this.next(this.aaJoin))
  aab = step(() => this.next(this.aaJoin))
  aba = step(() => this.next(this.abJoin))
  abb = step(() => this.next(this.abJoin))
  baa = step(() => this.next(this.baJoin))
  bab = step(() => this.next(this.baJoin))
  bba = step(() => this.next(this.bbJoin))
  bbb = step(() => this.next(this.bbJoin))
  aaJoin = join(() => this.next(this.aJoin))
  abJoin = join(() => this.next(this.aJoin))
  baJoin = join(() => this.next(this.bJoin))
  bbJoin = join(() => this.next(this.bJoin))
  aJoin = join(() => this.next(this.lastJoin))
  bJoin = join(() => this.next(this.lastJoin))
  lastJoin = join(() => this.next(this.end))
  end = step(() => {})
}

class SimpleForeach extends FlowSpec {
  items!: number[]
  start = step(() => this.next(this.foreachSplit))
  foreachSplit = step(() => {
    this.items = [1, 2, 3]
    this.next(this.innerFirst, { foreach: this.items })
  })
  innerFirst = step((_item: number) => this.next(this.innerSecond))
  innerSecond = step(() => this.next(this.foreachJoin))
  foreachJoin = join(() => this.next(this.end))
  end = step(() => {})
}

class SmallForeach extends FlowSpec {
  start = step(() => this.next(this.foreachSplit))
  foreachSplit = step(() => this.next(this.inner, { foreach: new Set([1, 2, 3]) }))
  inner = step((_item: number) => this.next(this.foreachJoin))
  foreachJoin = join(() => this.next(this.end))
  end = step(() => {})
}

class NestedForeach extends FlowSpec {
  x!: string
  y!: string
  z!: string
  combinations!: string[]
  start = step(() => this.next(this.splitX))
  splitX = step(() => this.next(this.splitY, { foreach: [...'abc'] }))
  splitY = step((x: string) => {
    this.x = x
    this.next(this.splitZ, { foreach: [...'de'] })
  })
  splitZ = step((y: string) => {
    this.y = y
    this.next(this.inner, { foreach: [...'fghijk'] })
  })
  inner = step((z: string) => {
    this.z = z
    this.combinations = [`${this.x}${this.y}${this.z}`]
    this.next(this.joinZ)
  })
  joinZ = join((inputs: Inputs<this>) => {
    this.combinations = inputs.flatMap((input) => input.combinations)
    this.next(this.joinY)
  })
  joinY = join((inputs: Inputs<this>) => {
    this.combinations = inputs.flatMap((input) => input.combinations)
    this.next(this.joinX)
  })
  joinX = join((inputs: Inputs<this>) => {
    this.combinations = inputs.flatMap((input) => input.combinations)
    this.next(this.end)
  })
  end = step(() => console.log(this.combinations))
}

class SmallParallel extends FlowSpec {
  start = step(() => this.next(this.parallelSplit))
  parallelSplit = step(() => this.next(this.parallelInner, { foreach: Array.from({ length: 4 }, (_, index) => index) }))
  parallelInner = step((_node: number) => this.next(this.parallelJoin))
  parallelJoin = join(() => this.next(this.end))
  end = step(() => {})
}

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
  [SingleLinearStep, ['start linear a', 'a linear end', 'end end']],
  [SingleAndBranch, ['start split a b', 'a linear meet', 'b linear meet', 'meet join linear end', 'end end']],
  [
    NestedBranches,
    [
      ...['start split a b', 'a split aa ab', 'b split ba bb'],
      ...['aa split aaa aab', 'ab split aba abb', 'ba split baa bab', 'bb split bba bbb'],
      ...['aaa linear aaJoin', 'aab linear aaJoin', 'aba linear abJoin', 'abb linear abJoin'],
      ...['baa linear baJoin', 'bab linear baJoin', 'bba linear bbJoin', 'bbb linear bbJoin'],
      ...['aaJoin join linear aJoin', 'abJoin join linear aJoin', 'baJoin join linear bJoin', 'bbJoin join linear bJoin'],
      ...['aJoin join linear lastJoin', 'bJoin join linear lastJoin', 'lastJoin join linear end', 'end end'],
    ],
  ],
  [
    SimpleForeach,
    [
      ...['start linear foreachSplit', 'foreachSplit foreach innerFirst', 'innerFirst linear innerSecond'],
      ...['innerSecond linear foreachJoin', 'foreachJoin join linear end', 'end end'],
    ],
  ],
  [
    SmallForeach,
    ['start linear foreachSplit', 'foreachSplit foreach inner', 'inner linear foreachJoin', 'foreachJoin join linear end', 'end end'],
  ],
  [
    NestedForeach,
    [
      ...['start linear splitX', 'splitX foreach splitY', 'splitY foreach splitZ', 'splitZ foreach inner', 'inner linear joinZ'],
      ...['joinZ join linear joinY', 'joinY join linear joinX', 'joinX join linear end', 'end end'],
    ],
  ],
  [
    SmallParallel,
    [
      ...['start linear parallelSplit', 'parallelSplit foreach parallelInner', 'parallelInner linear parallelJoin'],
      ...['parallelJoin join linear end', 'end end'],
    ],
  ],
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

test('a flow of the one step start is accepted', () => {
  class Only extends FlowSpec {
    start = step(() => console.log('done'))
  }
  const { graph, problems } = checkFlow(readDefinition(Only))
  expect(problems).toEqual([])
  expect(outlineOf(graph)).toEqual(['start end'])
})
