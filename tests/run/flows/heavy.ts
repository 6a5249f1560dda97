import { FlowSpec, main, parameter, step } from 'millrace'

/** An artifact of a size that can be chosen. */
export default class Heavy extends FlowSpec {
  megabytes = parameter(0.01)
  data!: Float64Array
  sum!: number

  start = step(() => {
    this.data = Float64Array.from({ length: this.megabytes * 125_000 }, Math.random)
    this.next(this.end)
  })

  end = step(() => {
    this.sum = this.data.reduce((a, b) => a + b, 0)
    console.log(`The sum is ${this.sum}.`)
  })
}

await main(Heavy, import.meta)
