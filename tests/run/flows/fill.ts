import { execFileSync } from 'node:child_process'
import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** Fills the disk while one of its tasks runs. */
export default class Fill extends FlowSpec {
  path = parameter.string({ required: true, help: 'The file that takes all the room that is left' })
  ids = [0, 1, 2, 3]
  value!: number

  start = step(() => this.next(this.work, { foreach: this.ids }))

  work = step((id: number) => {
    this.value = id
    console.log(`working on ${id}`)
    if (id === 2) execFileSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null || true', this.path])
    this.next(this.gather)
  })

  gather = join((_inputs: Inputs<this>) => this.next(this.end))

  end = step(() => {})
}

await main(Fill, import.meta)
