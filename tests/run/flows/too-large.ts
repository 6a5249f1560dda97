import { FlowSpec, main, step } from 'millrace'

/** Asks for a process that the system will not start. */
export default class TooLarge extends FlowSpec {
  start = step(() => this.next(this.work))

  work = step({ environment: { LARGE: 'x'.repeat(200_000) } }, () => this.next(this.end))

  end = step(() => {})
}

await main(TooLarge, import.meta)
