import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'

/** What a finished process took. */
interface ProcessResult {
  readonly wallMs: number
  /** User and system time, with that of all descendants it waited for; in steps of 10 ms. */
  readonly cpuMs: number
  /** The largest resident memory of the process itself, without its children. */
  readonly peakBytes: number
  /** When the text that was looked for was first there, in milliseconds from the start, to 5 ms; `wallMs` where none was. */
  readonly seenMs: number
  readonly stdout: string
}

/** How a command is run. */
interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Whose first appearance in the output is told. */
  readonly look?: string
}

/** A folder on the repository's own disk, with the flows in it and nothing else, that is gone when disposed. */
export interface Workspace extends Disposable {
  readonly folder: string
  /** Runs a command there with an empty datastore. @throws Error with its output if it fails. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<ProcessResult>
}

/** The running Node, for sides that are a bare process. */
export const node: string = process.execPath

/** The command of the packages as built: a file that Node runs. */
export const millrace: string = join(import.meta.dirname, 'node_modules/millrace/bin/millrace.js')

/** The peak so far; 0 once the process is gone. It only grows, so the last look before the end is the peak but for milliseconds. */
function readPeakBytes(pid: number): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return Number(kibibytes ?? 0) * 1_024
  } catch {
    return 0
  }
}

/** User and system time of all children of this process that have ended. */
function readChildrenCpuMs(): number {
  // Fields 16 and 17 of proc(5), counted after the name in parentheses; a tick is 10 ms.
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) * 10
}

/** Makes a workspace. Linux only: memory is read from `/proc`. */
export function openWorkspace(): Workspace {
  const parent = join(import.meta.dirname, '.work')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'bench-'))
  cpSync(join(import.meta.dirname, 'framework/flows'), folder, { recursive: true })
  return {
    folder,
    async run(command, args, options = {}) {
      const datastore = mkdtempSync(join(folder, 'datastore-'))
      const outputPath = join(datastore, 'output.txt')
      const output = openSync(outputPath, 'w')
      const env = { PATH: process.env.PATH, HOME: process.env.HOME, MILLRACE_DATASTORE_ROOT: join(datastore, 'root'), ...options.env }
      try {
        const [startedMs, cpuBeforeMs] = [performance.now(), readChildrenCpuMs()]
        const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', output, output] })
        let peakBytes = 0
        let seenMs: number | undefined
        const timers = [
          setInterval(() => {
            peakBytes = Math.max(peakBytes, readPeakBytes(child.pid ?? 0))
          }, 20),
        ]
        const { look } = options
        if (look !== undefined)
          timers.push(
            setInterval(() => {
              if (readFileSync(outputPath, 'utf8').includes(look)) seenMs ??= performance.now() - startedMs
            }, 5),
          )
        const [exitCode] = await once(child, 'exit').finally(() => timers.forEach(clearInterval))
        const wallMs = performance.now() - startedMs
        const stdout = readFileSync(outputPath, 'utf8')
        if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}:\n${stdout.slice(-4_000)}`)
        return { wallMs, cpuMs: readChildrenCpuMs() - cpuBeforeMs, peakBytes, seenMs: seenMs ?? wallMs, stdout }
      } finally {
        closeSync(output)
        rmSync(datastore, { recursive: true })
      }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
