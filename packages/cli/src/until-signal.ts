import { exitCode } from './exit-code.ts'

/**
 * Hands SIGINT and SIGTERM to `work` as an abort whose reason is the signal's name; a second one leaves at once.
 * Gives the exit code of `work`, or the signal's where `work` throws the reason because nothing has begun yet.
 */
export async function untilSignal(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController()
  const codeOf = (name: NodeJS.Signals): number => (name === 'SIGTERM' ? exitCode.terminated : exitCode.interrupted)
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(codeOf(name))
    controller.abort(name)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  try {
    return await work(controller.signal)
  } catch (error) {
    if (controller.signal.aborted && error === controller.signal.reason) return codeOf(controller.signal.reason)
    throw error
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}
