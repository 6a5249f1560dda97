import type { Graph, GraphNode, StepOptions } from '@millrace/core-graph'
import { expect, test } from 'vitest'
import { mergeStepOptions } from './merge-step-options.ts'

const node = (name: string, kind: GraphNode['kind']): GraphNode => ({
  name,
  kind,
  join: false,
  takesItem: false,
  targets: [],
  reads: new Set(),
  inputReads: new Set(),
  writes: new Set(),
  dynamic: false,
})

test('an added option goes to the steps that lack it, and a catch only to steps that one task can follow', () => {
  const graph: Graph = {
    flow: 'F',
    nodes: new Map([
      ['start', node('start', 'foreach')],
      ['end', node('end', 'end')],
    ]),
  }
  const stated = new Map<string, StepOptions>([
    ['start', { retry: 1 }],
    ['end', {}],
  ])
  const merged = mergeStepOptions(stated, [{ retry: { times: 3 } }, { retry: { times: 5 } }, { catch: 'failure' }], graph)
  expect(merged.get('start')).toEqual({ retry: 1 })
  expect(merged.get('end')).toEqual({ retry: { times: 5 }, catch: 'failure' })
})
