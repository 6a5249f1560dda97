import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** A wide foreach on AWS Batch between steps on this machine. */
export default class Fan extends FlowSpec {
  width = parameter(200)
  gate = parameter('', { help: 'While this file is there the task in the middle waits, and says so' })
  numbers!: number[]
  square!: number
  total!: number

  start = step(() => {
    this.numbers = Array.from({ length: this.width }, (_, index) => index)
    this.next(this.work, { foreach: this.numbers })
  })

  work = step({ batch: { memory: 512 } }, async (n: number) => {
    this.square = n * n
    if (this.gate !== '' && n === Math.floor(this.width / 2)) {
      console.log('waits at the gate')
      while (existsSync(this.gate)) await setTimeout(20)
    }
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.reduce((sum, input) => sum + input.square, 0)
    this.next(this.end)
  })

  end = step(() => console.log(`The total is ${this.total}.`))
}

await main(Fan, import.meta)
