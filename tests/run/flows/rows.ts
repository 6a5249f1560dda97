import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** A foreach whose tasks each leave an artifact that is too large for a record. */
export default class Rows extends FlowSpec {
  width = parameter(20)
  rows!: Float64Array
  total!: number

  start = step(() => this.next(this.make, { foreach: Array.from({ length: this.width }, (_, index) => index) }))

  make = step((n: number) => {
    this.rows = Float64Array.from({ length: 1_000 }, (_, index) => n * 1_000 + index)
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.reduce((sum, input) => sum + input.rows.reduce((a, b) => a + b, 0), 0)
    this.next(this.end)
  })

  end = step(() => console.log(`The total is ${this.total}.`))
}

await main(Rows, import.meta)
