import { FlowSpec, main, step } from 'millrace'

/** The smallest flow that has somewhere to go. */
export default class TwoSteps extends FlowSpec {
  greeting!: string

  start = step(() => {
    this.greeting = 'hello'
    this.next(this.end)
  })

  end = step(() => console.log(this.greeting))
}

await main(TwoSteps, import.meta)
