import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { FlowSpec, main, parameter, step } from 'millrace'

/** Says something, waits until a file is there, and says something else. */
export default class Say extends FlowSpec {
  until = parameter.string({ required: true, help: 'The file that is waited for' })

  start = step(async () => {
    console.log('first')
    while (!existsSync(this.until)) await wait(20)
    console.log('second')
    this.next(this.end)
  })

  end = step(() => console.log('third'))
}

await main(Say, import.meta)
