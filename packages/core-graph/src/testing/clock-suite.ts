import assert from 'node:assert/strict'
import type { Clock } from '../seams/clock.ts'

/** One promise of {@link Clock}, as a check that any test runner can register. */
export interface ClockCase {
  /** A sentence about the clock. */
  readonly name: string
  /** Rejects if the promise is broken. */
  readonly run: () => Promise<void>
}

/** The promises of {@link Clock}. `advance` lets time pass on a clock that does not by itself. */
export function clockCases(open: () => { readonly clock: Clock; readonly advance?: (ms: number) => void }): readonly ClockCase[] {
  return [
    {
      name: 'a sleep settles when its time has passed',
      run: async () => {
        const { clock, advance } = open()
        const before = clock.now().getTime()
        const sleeping = clock.sleep(20)
        advance?.(20)
        await sleeping
        assert.ok(clock.now().getTime() - before >= 19)
      },
    },
    {
      name: 'aborting a sleep rejects it with the reason of the signal',
      run: async () => {
        const { clock } = open()
        const stop = new AbortController()
        const sleeping = clock.sleep(3_600_000, stop.signal)
        const reason = new Error('enough')
        stop.abort(reason)
        await assert.rejects(sleeping, (error) => error === reason)
      },
    },
    {
      name: 'a sleep with a signal that is aborted already rejects at once',
      run: async () => {
        const { clock } = open()
        const reason = new Error('too late')
        await assert.rejects(clock.sleep(3_600_000, AbortSignal.abort(reason)), (error) => error === reason)
      },
    },
  ]
}
