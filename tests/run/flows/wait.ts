import { spawn } from 'node:child_process'
import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** Tasks that wait until they are ended, each with a child process of its own. */
export default class Wait extends FlowSpec {
  stubborn = parameter(false, { help: 'Ignore SIGTERM' })
  fail = parameter(false, { help: 'Let one task fail once the others wait' })
  ids!: number[]

  start = step(() => {
    this.ids = [0, 1]
    this.next(this.work, { foreach: this.ids })
  })

  work = step(async (id: number) => {
    if (this.stubborn) process.on('SIGTERM', () => console.log('ignoring SIGTERM'))
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 600_000)'], { stdio: 'inherit' })
    console.log(`waiting ${id} worker=${process.pid} child=${child.pid}`)
    if (this.fail && id === 1) throw new Error('one of us failed')
    await new Promise((resolve) => setTimeout(resolve, 600_000))
    this.next(this.gather)
  })

  gather = join((_inputs: Inputs<this>) => this.next(this.end))

  end = step(() => {})
}

await main(Wait, import.meta)
