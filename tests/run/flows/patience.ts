import { appendFileSync } from 'node:fs'
import { current, FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** Two branches for one worker: the first fails and waits for its next attempt, the second has work to do. */
export default class Patience extends FlowSpec {
  said = parameter.string({ required: true, help: 'The file that the tasks write to' })
  exitCode = parameter(0, { help: 'What the fragile branch exits with instead of throwing' })
  failure?: { message: string }

  start = step(() => this.next(this.fragile, this.sturdy))

  fragile = step({ retry: { times: 2, delay: '300ms', backoff: 2 } }, () => {
    appendFileSync(this.said, `fragile ${current.attempt}\n`)
    if (this.exitCode > 0) process.exit(this.exitCode)
    if ((current.attempt ?? 0) < 2) throw new Error(`attempt ${current.attempt} is too early`)
    this.next(this.meet)
  })

  sturdy = step({ timeout: '60d' }, () => {
    appendFileSync(this.said, 'sturdy\n')
    this.next(this.meet)
  })

  meet = join((_inputs: Inputs<this>) => this.next(this.caught))

  caught = step({ retry: 1, catch: 'failure' }, () => {
    if (this.exitCode === 0) throw new Error(`attempt ${current.attempt} failed`)
    this.next(this.end)
  })

  end = step(() => console.log(`caught: ${this.failure?.message}`))
}

await main(Patience, import.meta)
