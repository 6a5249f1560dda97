import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sourceFlags } from 'millrace-scripts/source-flags'
import type { Ended } from './flow-folder.ts'
import type { ReadAnswer, ReadRequest } from './reader-process.ts'

/** One process for the many commands that only read: to start one for each takes several times what the command does. */
export class Reader implements Disposable {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('./reader-process.ts', import.meta.url)), {
    execArgv: [...sourceFlags, '--disable-warning=ExperimentalWarning'],
  })
  readonly #waiting = new Map<number, { resolve(ended: Ended): void; reject(error: Error): void }>()
  #asked = 0

  constructor() {
    this.#child.on('message', ({ id, ...ended }: ReadAnswer) => {
      this.#waiting.get(id)?.resolve(ended)
      this.#waiting.delete(id)
    })
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`The reader ended with ${code ?? signal}.`))
    })
  }

  /** What `node flow.ts ARGS` says in `folder`. */
  read(request: Omit<ReadRequest, 'id'>): Promise<Ended> {
    this.#asked += 1
    const id = this.#asked
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#child.send({ id, ...request } satisfies ReadRequest)
    })
  }

  [Symbol.dispose](): void {
    this.#waiting.clear()
    this.#child.disconnect()
  }
}
