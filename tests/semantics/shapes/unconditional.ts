import type { Shape, ShapeStep } from './shape.ts'

const linear = (name: string, to: string): ShapeStep => ({ name, next: { kind: 'linear', to } })
const joinTo = (name: string, to: string): ShapeStep => ({ name, join: true, next: { kind: 'linear', to } })
const split = (name: string, ...to: readonly string[]): ShapeStep => ({ name, next: { kind: 'split', to } })
const foreach = (name: string, to: string, items: readonly (string | number)[]): ShapeStep => ({
  name,
  next: { kind: 'foreach', to, items },
})
const end: ShapeStep = { name: 'end', next: { kind: 'end' } }

function oneWay(tasks: Readonly<Record<string, number>>): Shape['ways'] {
  return [{ name: 'the only way', args: [], tasks }]
}

/** The seven of the fifteen shapes in which every step runs. */
export const unconditionalShapes: readonly Shape[] = [
  {
    name: 'single-linear-step',
    steps: [linear('start', 'a'), linear('a', 'end'), end],
    ways: oneWay({ start: 1, a: 1, end: 1 }),
  },
  {
    name: 'single-and-branch',
    steps: [split('start', 'a', 'b'), linear('a', 'meet'), linear('b', 'meet'), joinTo('meet', 'end'), end],
    ways: oneWay({ start: 1, a: 1, b: 1, meet: 1, end: 1 }),
  },
  {
    name: 'nested-branches',
    steps: [
      split('start', 'a', 'b'),
      ...['a', 'b'].flatMap((outer) => [
        split(outer, `${outer}a`, `${outer}b`),
        ...['a', 'b'].flatMap((inner) => [
          split(`${outer}${inner}`, `${outer}${inner}a`, `${outer}${inner}b`),
          linear(`${outer}${inner}a`, `${outer}${inner}Join`),
          linear(`${outer}${inner}b`, `${outer}${inner}Join`),
          joinTo(`${outer}${inner}Join`, `${outer}Join`),
        ]),
        joinTo(`${outer}Join`, 'lastJoin'),
      ]),
      joinTo('lastJoin', 'end'),
      end,
    ],
    ways: oneWay({
      ...{ start: 1, a: 1, b: 1, aa: 1, ab: 1, ba: 1, bb: 1 },
      ...{ aaa: 1, aab: 1, aba: 1, abb: 1, baa: 1, bab: 1, bba: 1, bbb: 1 },
      ...{ aaJoin: 1, abJoin: 1, baJoin: 1, bbJoin: 1, aJoin: 1, bJoin: 1, lastJoin: 1, end: 1 },
    }),
  },
  {
    name: 'simple-foreach',
    steps: [
      linear('start', 'foreachSplit'),
      foreach('foreachSplit', 'innerFirst', [1, 2, 3]),
      linear('innerFirst', 'innerSecond'),
      linear('innerSecond', 'foreachJoin'),
      joinTo('foreachJoin', 'end'),
      end,
    ],
    ways: oneWay({ start: 1, foreachSplit: 1, innerFirst: 3, innerSecond: 3, foreachJoin: 1, end: 1 }),
  },
  {
    name: 'small-foreach',
    steps: [
      linear('start', 'foreachSplit'),
      foreach('foreachSplit', 'inner', [1, 2, 3]),
      linear('inner', 'foreachJoin'),
      joinTo('foreachJoin', 'end'),
      end,
    ],
    ways: oneWay({ start: 1, foreachSplit: 1, inner: 3, foreachJoin: 1, end: 1 }),
  },
  {
    name: 'nested-foreach',
    steps: [
      linear('start', 'splitX'),
      foreach('splitX', 'splitY', [...'abc']),
      foreach('splitY', 'splitZ', [...'de']),
      foreach('splitZ', 'inner', [...'fghijk']),
      linear('inner', 'joinZ'),
      joinTo('joinZ', 'joinY'),
      joinTo('joinY', 'joinX'),
      joinTo('joinX', 'end'),
      end,
    ],
    ways: oneWay({ start: 1, splitX: 1, splitY: 3, splitZ: 6, inner: 36, joinZ: 6, joinY: 3, joinX: 1, end: 1 }),
  },
  {
    // Metaflow's num_parallel=4 starts a gang of four; here that is a foreach of four.
    name: 'small-parallel',
    steps: [
      linear('start', 'parallelSplit'),
      foreach('parallelSplit', 'parallelInner', [0, 1, 2, 3]),
      linear('parallelInner', 'parallelJoin'),
      joinTo('parallelJoin', 'end'),
      end,
    ],
    ways: oneWay({ start: 1, parallelSplit: 1, parallelInner: 4, parallelJoin: 1, end: 1 }),
  },
]
