import { FlowSpec, main, parameter, step } from 'millrace'

/** Goes on in ways that only a run can find out. */
export default class Transitions extends FlowSpec {
  how = parameter('once')
  width = parameter(3)
  numbers!: number[]
  anything!: unknown

  start = step(() => {
    this.numbers = Array.from({ length: this.width }, (_, index) => index)
    for (const turn of this.how === 'twice' ? [1, 2] : this.how === 'none' ? [] : [1]) {
      if (turn > 0) this.next(this.end)
    }
    if (this.how === 'function') this.anything = { layers: [{ activation: () => 0 }] }
    // biome-ignore lint/suspicious/noSparseArray: a hole is one of the things that cannot be stored
    if (this.how === 'two') this.anything = { a: Symbol('s'), b: [1, , 3] }
    if (this.how === 'this') Reflect.set(this, 'anything', { nested: this })
  })

  end = step(() => console.log('done'))
}

await main(Transitions, import.meta)
