import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** A foreach as wide as it is told to be. */
export default class Wide extends FlowSpec {
  width = parameter(3)
  numbers!: number[]
  square!: number
  total!: number

  start = step(() => {
    this.numbers = Array.from({ length: this.width }, (_, index) => index)
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

await main(Wide, import.meta)
