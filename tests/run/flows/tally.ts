import { appendFileSync, readFileSync } from 'node:fs'
import { current, FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** A foreach whose tasks write down that they ran, and do what a file tells them to. */
export default class Tally extends FlowSpec {
  width = parameter(200)
  ran = parameter.string({ required: true, help: 'The file in which each task writes its line' })
  pauseMs = parameter(0, { help: 'How long each task takes' })
  killEvery = parameter(0, { help: 'The worker of every so manyth task is killed with SIGKILL in the middle of it, the first two times' })
  numbers!: number[]
  square!: number
  total!: number

  start = step(() => {
    this.numbers = Array.from({ length: this.width }, (_, index) => index)
    this.next(this.compute, { foreach: this.numbers })
  })

  compute = step(async (n: number) => {
    appendFileSync(this.ran, `compute ${n} ${current.runId}\n`)
    if (this.pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, this.pauseMs))
    if (this.killEvery > 0 && n % this.killEvery === 0 && (current.attempt ?? 0) < 2) process.kill(process.pid, 'SIGKILL')
    this.square = n * n
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.reduce((sum, input) => sum + input.square, 0)
    this.next(this.end)
  })

  end = step(() => {
    const lines = readFileSync(this.ran, 'utf8').split('\n').length - 1
    console.log(`The total is ${this.total}, from ${current.originRunId ?? 'no run'} with ${lines} lines.`)
  })
}

await main(Tally, import.meta)
