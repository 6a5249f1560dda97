import { FlowSpec, main, step } from 'millrace'

/** Two steps, each of which writes a line. */
export default class TwoLines extends FlowSpec {
  start = step(() => {
    console.log('the first line')
    this.next(this.end)
  })

  end = step(() => console.log('the last line'))
}

await main(TwoLines, import.meta)
