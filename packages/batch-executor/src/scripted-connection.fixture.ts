import type { CallName, Connection } from './client/connection.ts'
import type { Clock } from './clock.ts'

/** A call that was made, and when. */
export interface MadeCall {
  readonly name: CallName
  readonly input: Record<string, unknown>
  readonly atMs: number
}

/** The error that the AWS SDK makes of an answer. */
export function awsError(status: number, name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } })
}

/** A connection whose answers a test writes; it notes what was asked and when. For what only a held clock can show. */
export class ScriptedConnection implements Connection {
  readonly calls: MadeCall[] = []
  readonly #clock: Clock
  readonly #answer: (call: MadeCall, calls: readonly MadeCall[]) => object

  constructor(clock: Clock, answer: (call: MadeCall, calls: readonly MadeCall[]) => object) {
    this.#clock = clock
    this.#answer = answer
  }

  named(name: CallName): readonly MadeCall[] {
    return this.calls.filter((call) => call.name === name)
  }

  async region(): Promise<string> {
    return 'eu-north-1'
  }

  // biome-ignore lint/suspicious/noExplicitAny: the answer of a script has the shape that its test gives it
  async call(name: CallName, input: object): Promise<any> {
    const call = { name, input: input as Record<string, unknown>, atMs: this.#clock.now().getTime() }
    this.calls.push(call)
    const answer = this.#answer(call, this.calls)
    if (answer instanceof Error) throw answer
    return answer
  }

  close(): void {}
}
