import { existsSync, writeFileSync } from 'node:fs'
import { FlowSpec, main, parameter, step } from 'millrace'

/** Fails at first, in ways that step options are for. */
export default class Recover extends FlowSpec {
  marker = parameter.string({ required: true, help: 'A path that does not exist yet' })
  attempts = 0
  failure?: { name: string; message: string }
  slow?: { name: string; message: string; code?: string }
  mode!: string

  start = step({ retry: { times: 2, delay: '10ms' } }, () => {
    this.attempts += 1
    const tries = [1, 2].map((n) => `${this.marker}-${n}`)
    for (const file of tries) {
      if (existsSync(file)) continue
      writeFileSync(file, '')
      throw new Error(`not yet: ${file}`)
    }
    this.next(this.broken)
  })

  broken = step({ catch: 'failure', retry: 1 }, () => {
    this.mode = 'never seen'
    process.kill(process.pid, 'SIGKILL')
    this.next(this.busy)
  })

  busy = step({ timeout: '200ms', catch: 'slow' }, () => {
    const busy = true
    while (busy);
    this.next(this.last)
  })

  last = step({ environment: { RECOVER_MODE: 'quiet' }, catch: 'slow' }, () => {
    this.mode = `${process.env.RECOVER_MODE}`
    console.log(`${this.slow?.code} was here`)
    this.next(this.end)
  })

  end = step(() =>
    console.log(`${this.attempts} ${this.mode} ${this.failure?.message} ${this.slow === undefined} ${process.env.RECOVER_MODE}`),
  )
}

await main(Recover, import.meta)
