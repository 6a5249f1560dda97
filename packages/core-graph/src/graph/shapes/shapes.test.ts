import { expect, test } from 'vitest'
import { readDefinition } from '../../flow/definition.ts'
import { FlowSpec } from '../../flow/flow-spec.ts'
import type { Inputs } from '../../flow/inputs.ts'
import { join, step } from '../../flow/step.ts'
import { checkFlow } from '../check-flow.ts'
import { outlineOf } from '../flow-text.fixture.ts'

/** The seven of the fifteen graphs of Metaflow's own core tests that do not choose. */

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
