import { expect, test } from 'vitest'
import { checkFlow } from './check-flow.ts'
import { end, flowFromText, flowOf, joined, middle, outlineOf, problemsOf, testFlows } from './flow-text.fixture.ts'

testFlows('the ends of a flow', [
  ['a flow needs steps', 'total = 0', ['no-steps']],
  ['a flow needs start', `begin = step(() => this.next(this.end))\n${end}`, ['no-start']],
  ['a flow needs end', 'start = step(() => this.next(this.stop))\nstop = step(() => {})', ['no-end', 'stop missing-next: () => {}']],
  ['a one-step flow has start, by this name', 'only = step(() => {})', ['no-start', 'no-end', 'only missing-next: () => {}']],
  ['nothing may lead back to start', middle('this.next(this.start)'), ['middle start-incoming: this.next(this.start) }']],
  [
    'start may name itself',
    `n = 0\nstart = step(() => { this.n++; this.n < 3 ? this.next(this.start) : this.next(this.end) })\n${end}`,
    [],
  ],
  ['start is no join', `start = join((inputs) => this.next(this.end))\n${end}`, ['start start-join: (inputs) => this.next(this']],
  ['start takes no item', `start = step((item) => this.next(this.end))\n${end}`, ['start start-item: item) => this.next(this.en']],
  [
    'end goes nowhere',
    'start = step(() => this.next(this.end))\nend = step(() => this.next(this.end))',
    ['end end-transition: this.next(this.end)'],
  ],
  [
    'end is no join',
    'start = step(() => this.next(this.a, this.b))\na = step(() => this.next(this.end))\nb = step(() => this.next(this.end))\nend = join((inputs) => {})',
    ['end end-join: (inputs) => {}'],
  ],
])

testFlows('names', [
  [
    'a step name begins with a small letter',
    `start = step(() => this.next(this.Two))\nTwo = step(() => this.next(this.end))\n${end}`,
    ['Two step-name: () => this.next(this.end)'],
  ],
  [
    'a step name is ASCII',
    `start = step(() => this.next(this.größe))\ngröße = step(() => this.next(this.end))\n${end}`,
    ['größe step-name: () => this.next(this.end)'],
  ],
  [
    'a step name may not be one of FlowSpec',
    `start = step(() => this.next(this.index))\nindex = step(() => this.next(this.end))\n${end}`,
    ['index reserved-name: () => this.next(this.end)'],
  ],
  [
    'a parameter may not have a name of FlowSpec',
    `input = parameter(1)\nstart = step(() => this.next(this.end))\n${end}`,
    ['reserved-name'],
  ],
  ['a field may not have a name of FlowSpec', `index = 1\nstart = step(() => this.next(this.end))\n${end}`, ['reserved-name']],
])

test('all problems are told at once, those of the flow first and then in the order of the source', () => {
  const flow = flowOf(`
    start = step(() => { this.size = 2; this.next(this.midle) })
    size = parameter(1)
    middle = step({ timeout: 'never' }, () => { console.log(this.nowhere); this.next(this.stop) })
    lost = step(() => {})
  `)
  expect(problemsOf(flow).map((line) => line.split(':')[0])).toEqual([
    'no-end',
    'start parameter-assigned',
    'start unknown-step',
    'middle options',
    'middle unassigned-artifact',
    'middle unknown-step',
    'lost missing-next',
  ])
})

test('messages name the nearest name', () => {
  const messages = (fields: string): readonly string[] => checkFlow(flowOf(fields)).problems.map(({ message }) => message)
  expect(messages(middle('this.next(this.ennd)'))).toEqual([
    'Step middle goes to ennd, and the flow has no such step. Did you mean this.end?',
  ])
  expect(messages(middle('console.log(this.totl); this.next(this.end)', 'total = 0'))).toEqual([
    'Step middle reads totl, and no step assigns it. Did you mean this.total?',
  ])
  expect(messages(joined('console.log(inputs.lefd.x)'))).toEqual([
    'The join meet reads inputs.lefd, which is no branch of the split in step start. Did you mean inputs.left?',
  ])
})

test('a flow that extends another takes its steps, and both classes are read', () => {
  const definition = flowFromText(`(() => {
    class Parent extends FlowSpec {
      start = step(() => { this.load(); this.next(this.work) })
      load() { this.rows = this.read() }
      read() { return [] }
      end = step(() => {})
    }
    return class Child extends Parent {
      work = step(() => { console.log(this.rows, this.count); this.next(this.end) })
      read() { this.count = 1; return super.read() }
    }
  })()`)
  const { graph, problems } = checkFlow(definition)
  expect(problems).toEqual([])
  expect(outlineOf(graph)).toEqual(['start linear work', 'end end', 'work linear end'])
  expect(graph.nodes.get('start')?.writes).toEqual(new Set(['rows', 'count']))
})
