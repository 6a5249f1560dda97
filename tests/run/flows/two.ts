import { FlowSpec, main, step } from 'millrace'

/** Two steps that do next to nothing. */
export default class Two extends FlowSpec {
  value!: number

  start = step(() => {
    this.value = 1
    this.next(this.end)
  })

  end = step(() => console.log(this.value))
}

await main(Two, import.meta)
