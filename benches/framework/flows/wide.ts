import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** A foreach of trivial tasks with one artifact each. */
export default class Wide extends FlowSpec {
  size = parameter(1_000, { help: 'How many tasks' })
  square!: number
  total!: number

  start = step(() => this.next(this.compute, { foreach: Array.from({ length: this.size }, (_, index) => index) }))

  compute = step((n: number) => {
    this.square = n * n
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.reduce((sum, input) => sum + input.square, 0)
    this.next(this.end)
  })

  end = step(() => console.log(this.total))
}

await main(Wide, import.meta)
