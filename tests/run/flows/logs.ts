import { execFileSync } from 'node:child_process'
import { writeSync } from 'node:fs'
import { FlowSpec, type Inputs, join, main, step } from 'millrace'

/** Writes to its streams in every way. */
export default class Logs extends FlowSpec {
  items!: number[]

  start = step(() => {
    this.items = [0, 1, 2, 3, 4, 5, 6, 7]
    this.next(this.write, { foreach: this.items })
  })

  write = step((n: number) => {
    for (let line = 0; line < 200; line += 1) console.log(`task ${n} line ${line} 刺身`)
    process.stderr.write(`task ${n} no newline`)
    writeSync(2, ` past node ${n}\n`)
    execFileSync('sh', ['-c', `echo child of task ${n}; echo child error ${n} >&2`], { stdio: 'inherit' })
    process.stdout.write(`task ${n} ends without a newline`)
    this.next(this.gather)
  })

  gather = join((_inputs: Inputs<this>) => this.next(this.end))

  end = step(() => {})
}

await main(Logs, import.meta)
