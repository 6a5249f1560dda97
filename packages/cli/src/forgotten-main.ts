import { readFileSync, realpathSync, writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { isWorker, registeredFlow } from '@millrace/runtime'

/**
 * For the end of a process: where it was given a command and the file that it ran holds a flow which never came to `main`, says so and makes the exit code 2.
 * Without this a run of such a file would end as if it had succeeded. Reads the file; all that came to `main`, workers, threads and failures cost nothing.
 */
export function tellOfForgottenMain(code: number): void {
  const [, entry, command] = process.argv
  if (code !== 0 || entry === undefined || !/^(?:[a-z]+|--help|-h|--version)$/.test(command ?? '')) return
  if (isWorker() || !process.getBuiltinModule('node:worker_threads').isMainThread) return
  const flow = forgottenFlow(entry)
  if (flow === undefined) return
  writeSync(
    2,
    `error: Could not do "${command}" with ${entry}: it holds the flow ${flow} and ended without calling main. Import main from 'millrace', and end the file with "await main(${flow}, import.meta)".\n`,
  )
  process.exitCode = 2
}

/** The name of the flow in a file that registered none. What runs flows by other packages of Millrace than `millrace` knows what it does. */
function forgottenFlow(entry: string): string | undefined {
  try {
    const path = realpathSync(entry)
    if (registeredFlow(pathToFileURL(path).href)) return undefined
    const text = readFileSync(path, 'utf8')
    return text.includes('@millrace/') ? undefined : /^(?:export )?(?:default )?class (\w+) extends FlowSpec\b/m.exec(text)?.[1]
  } catch {
    return undefined
  }
}
