import { FlowSpec, type Inputs, join, main, parameter, step } from 'millrace'

/** What can be made to go wrong in the second of three tasks. */
const troubles: Record<string, () => unknown> = {
  fine: () => undefined,
  throw: () => {
    throw new RangeError('two is too many')
  },
  reject: () => Promise.reject(new RangeError('two is too many')),
  text: () => Promise.reject('just text'),
  exit: () => process.exit(3),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  abort: () => process.abort(),
  hang: () => new Promise(() => {}),
  floating: () => {
    void Promise.reject(new Error('nobody awaited me'))
  },
  timer: () => {
    setTimeout(() => console.log('too late'), 600_000)
  },
  send: () => process.send?.({ kind: 'done' }),
  silence: () => {
    process.stdout.destroy()
    process.stderr.destroy()
  },
  memory: () => {
    const hoard: unknown[] = []
    while (true) hoard.push({ text: `${hoard.length}`.repeat(10) })
  },
}

/** Goes wrong in the way that it is told to. */
export default class Trouble extends FlowSpec {
  how = parameter('fine', { help: 'What goes wrong in the second task' })
  width = parameter(3, { help: 'How many tasks there are' })
  numbers!: number[]
  value!: number
  total = 0

  start = step(() => {
    this.numbers = Array.from({ length: this.width }, (_, index) => index)
    this.next(this.work, { foreach: this.numbers })
  })

  work = step(async (n: number) => {
    this.value = n
    console.log(`working on ${n}`)
    console.error(`careful with ${n}`)
    if (n === 1) await troubles[this.how]?.()
    this.next(this.gather)
  })

  gather = join((inputs: Inputs<this>) => {
    this.total = inputs.reduce((sum, input) => sum + input.value, 0)
    this.next(this.end)
  })

  end = step(() => console.log(`The total is ${this.total}.`))
}

await main(Trouble, import.meta)
