import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ErrorRecord, LogLine, TaskSpec } from '@millrace/core-graph'
import type { FromWorker, ToWorker } from '../../worker/protocol.ts'
import { workerEntries, workerFlags } from '../../worker-entries.ts'
import { OutputSplitter } from '../output/output-splitter.ts'
import { startFailure } from './start-failure.ts'

const killAfterMs = 5_000
/** How long the streams of a worker that has exited may stay open, held by a process that it started. */
const drainMs = 500

/** How a worker process ended. */
export interface WorkerExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What kept it from loading the flow. */
  readonly unusable?: ErrorRecord
}

/** What a task came to in a worker: what the worker said, or how the worker ended before it could. */
export type WorkerResult =
  | { readonly kind: 'done'; readonly message: Extract<FromWorker, { kind: 'done' }> }
  | { readonly kind: 'exit'; readonly exit: WorkerExit }

/** What a worker is started with. */
export interface WorkerOptions {
  readonly moduleUrl: string
  /** Which flow of the module; not needed where it has one. */
  readonly flow?: string
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * One warm worker: a process, in a group of its own, that runs one task at a time.
 * Its two output streams are cut at a fence that the worker writes when a task ends, so every byte written before belongs to that task.
 */
export class WorkerProcess {
  /** Settles when the process and its output have ended. Never rejects. */
  readonly ended: Promise<WorkerExit>
  /** Settles when the flow's module is loaded: what runs from then on is the task. Stays open where that never happens. */
  readonly loaded: Promise<void>
  #setLoaded: () => void = () => {}
  /** Absent where the system refused to start it. */
  readonly #child: ChildProcess | undefined
  readonly #splitters: { readonly stdout: OutputSplitter; readonly stderr: OutputSplitter }
  #onLines: ((lines: readonly LogLine[]) => void) | undefined
  #waiting = new Set<'stdout' | 'stderr' | 'message'>()
  #message: Extract<FromWorker, { kind: 'done' }> | undefined
  #unusable: ErrorRecord | undefined
  #settle: ((result: WorkerResult) => void) | undefined
  #exited = false

  constructor({ moduleUrl, flow = '', environment }: WorkerOptions) {
    this.loaded = new Promise((resolve) => {
      this.#setLoaded = resolve
    })
    try {
      this.#child = spawn(process.execPath, [...workerFlags, fileURLToPath(workerEntries.worker), moduleUrl, flow], {
        detached: true,
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
    } catch (error) {
      // Node throws some of the system's refusals and tells of others by an event.
      this.#unusable = startFailure(error)
    }
    this.#splitters = { stdout: this.#splitter('stdout'), stderr: this.#splitter('stderr') }
    this.#child?.stdout?.on('data', (chunk) => this.#splitters.stdout.push(chunk))
    this.#child?.stderr?.on('data', (chunk) => this.#splitters.stderr.push(chunk))
    this.#child?.on('message', (message: FromWorker) => this.#receive(message))
    this.ended = this.#watchEnd(this.#child)
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Whether the process runs and has nothing to do. */
  get isIdle(): boolean {
    return !this.#exited && this.#settle === undefined
  }

  /** Lets this process end while the worker is idle; it then ends itself. */
  unref(): void {
    for (const handle of this.#handles()) handle?.unref()
  }

  /** Undoes {@link unref}. */
  ref(): void {
    for (const handle of this.#handles()) handle?.ref()
  }

  /** Runs one task. `onLines` gets every line that it writes, before this settles. Never rejects. */
  run(spec: TaskSpec, onLines: (lines: readonly LogLine[]) => void): Promise<WorkerResult> {
    // Loaded here and not before: a worker should be on its way by then.
    const { randomUUID } = process.getBuiltinModule('node:crypto')
    const fence = `\u0000${randomUUID()}\u0000`
    this.#onLines = onLines
    this.#message = undefined
    this.#waiting = new Set(['stdout', 'stderr', 'message'])
    this.#splitters.stdout.expect(fence)
    this.#splitters.stderr.expect(fence)
    return new Promise((resolve) => {
      this.#settle = resolve
      this.#send({ kind: 'run', spec, fence })
    })
  }

  /** Ends the process and all that it started: at once if it is idle, else by SIGTERM and, after 5 s, SIGKILL. */
  async stop(): Promise<void> {
    if (!this.#exited) {
      if (this.#settle) this.#signal('SIGTERM')
      else this.#send({ kind: 'stop' })
      const timer = setTimeout(() => this.#signal('SIGKILL'), killAfterMs)
      await this.ended
      clearTimeout(timer)
    }
    // What a task has started and left behind is in the same group.
    this.#signal('SIGKILL')
  }

  #handles(): readonly ({ ref(): unknown; unref(): unknown } | null | undefined)[] {
    const { stdout, stderr, channel } = this.#child ?? {}
    return [this.#child, channel, stdout as Socket | null | undefined, stderr as Socket | null | undefined]
  }

  #send(message: ToWorker): void {
    // A worker that has just died cannot be sent anything; its end is told by `ended`.
    if (this.#child?.connected) this.#child.send(message, () => {})
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return
    try {
      process.kill(-this.pid, signal)
    } catch {
      // The group is empty.
    }
  }

  #splitter(stream: 'stdout' | 'stderr'): OutputSplitter {
    return new OutputSplitter({
      onLines: (texts) => {
        const at = new Date()
        this.#onLines?.(texts.map((text) => ({ at, stream, text })))
      },
      onFence: () => this.#arrived(stream),
    })
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'loaded') this.#setLoaded()
    else if (message.kind === 'unusable') this.#unusable = message.error
    else if (message.kind === 'done') {
      this.#message = message
      if (!message.fenced.stdout) this.#waiting.delete('stdout')
      if (!message.fenced.stderr) this.#waiting.delete('stderr')
      this.#arrived('message')
    }
  }

  #arrived(what: 'stdout' | 'stderr' | 'message'): void {
    this.#waiting.delete(what)
    if (this.#waiting.size === 0 && this.#message) this.#finish({ kind: 'done', message: this.#message })
  }

  #finish(result: WorkerResult): void {
    const settle = this.#settle
    this.#settle = undefined
    this.#onLines = undefined
    settle?.(result)
  }

  #watchEnd(child: ChildProcess | undefined): Promise<WorkerExit> {
    return new Promise((resolve) => {
      let exit: WorkerExit | undefined
      const end = (): void => {
        if (this.#exited) return
        this.#exited = true
        this.#splitters.stdout.end()
        this.#splitters.stderr.end()
        const result = { ...(exit ?? { code: null, signal: null }), ...(this.#unusable ? { unusable: this.#unusable } : {}) }
        this.#finish(this.#message ? { kind: 'done', message: this.#message } : { kind: 'exit', exit: result })
        resolve(result)
      }
      if (!child) {
        process.nextTick(end)
        return
      }
      child.on('error', (error) => {
        this.#unusable = startFailure(error)
        end()
      })
      child.on('exit', (code, signal) => {
        exit = { code, signal }
        setTimeout(() => {
          child.stdout?.destroy()
          child.stderr?.destroy()
        }, drainMs).unref()
      })
      child.on('close', end)
    })
  }
}
