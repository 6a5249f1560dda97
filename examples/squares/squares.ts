import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** Squares numbers, each in a task of its own, and adds the squares up. */
export default class Squares extends FlowSpec {
  size = parameter(1_000, { help: 'How many numbers to square' })
  numbers!: number[]
  square!: number
  total = 0

  start = step(() => {
    this.numbers = Array.from({ length: this.size }, (_, index) => index)
    this.next(this.compute, { foreach: this.numbers })
  })

  compute = step({ retry: 2, timeout: '10m' }, (n: number) => {
    this.square = n * n
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.reduce((sum, input) => sum + input.square, 0)
    this.next(this.end)
  })

  end = step(() => console.log(`The total is ${this.total}.`))
}

await main(Squares, import.meta)
