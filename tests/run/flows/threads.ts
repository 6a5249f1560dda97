import { FlowSpec, main, parallelMap, step } from 'millrace'

/** Prints from worker threads. */
export default class Threads extends FlowSpec {
  start = step(async () => {
    await parallelMap(
      [0, 1, 2, 3],
      (n) => {
        for (let line = 0; line < 500; line += 1) console.log(`item ${n} line ${line}`)
      },
      { workers: 2 },
    )
    this.next(this.end)
  })

  end = step(() => console.log('the end'))
}

await main(Threads, import.meta)
