import { FlowSpec, step } from '@millrace/core-graph'

/** The tasks of the executor suite, as steps, and one that takes all memory. */
export class ContainerFlow extends FlowSpec {
  mark!: string

  start = step(() => {})

  succeed = step(() => {
    this.mark = 'done'
  })

  throw = step(() => {
    throw new Error('as asked')
  })

  exit = step(() => process.exit(7))

  wait = step(async () => {
    console.log('waiting')
    await new Promise((resolve) => setTimeout(resolve, 600_000))
  })

  print = step(() => {
    for (let line = 0; line < 100; line += 1) console.log(`line ${line}`)
  })

  hoard = step(async () => {
    console.log('about to take all of it')
    const taken: Buffer[] = []
    for (let piece = 0; piece < 1_000; piece += 1) {
      taken.push(Buffer.alloc(8 * 2 ** 20, piece + 1))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    console.log(taken.length)
  })
}
