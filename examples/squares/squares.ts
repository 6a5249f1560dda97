import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** Squares numbers, each in a task of its own, and adds them up. */
export default class Squares extends FlowSpec {
  size = parameter(10, { help: 'How many numbers to square' })
  numbers!: number[]
  square!: number
  total = 0

  start = step(() => {
    this.numbers = Array.from({ length: this.size }, (_, i) => i)
    this.next(this.compute, { foreach: this.numbers })
  })

  compute = step((n: number) => {
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
