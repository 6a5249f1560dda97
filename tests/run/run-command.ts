import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@millrace/artifact-store'
import type { ObjectStore } from '@millrace/core-graph'

/** What a command came to. */
export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Settles when stdout and stderr together match. Rejects if the command ends before. */
  readonly seen: (pattern: RegExp) => Promise<void>
}

/** A datastore in a folder of its own, and flows run against it by the command line, as real processes. */
export class TestBed implements Disposable {
  readonly root: string
  readonly store: ObjectStore
  readonly #env: NodeJS.ProcessEnv

  /** `env`: of every command, in place of what this process has. */
  constructor(
    root: string = mkdtempSync(join(tmpdir(), 'millrace-test-')),
    { store = openStore(root), env = {} }: { readonly store?: ObjectStore; readonly env?: NodeJS.ProcessEnv } = {},
  ) {
    this.root = root
    this.store = store
    this.#env = env
  }

  /** Starts `node flows/<flow>.ts ...arguments`. */
  start(flow: string, args: readonly string[], options: { readonly env?: NodeJS.ProcessEnv } = {}): RunningCommand {
    const file = new URL(`./flows/${flow}.ts`, import.meta.url).pathname
    const child = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, MILLRACE_USER: 'tester', MILLRACE_DATASTORE_ROOT: this.root, NO_COLOR: '1', ...this.#env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    const watchers = new Set<() => void>()
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text
        for (const watcher of watchers) watcher()
      })
    }
    const finished = new Promise<Finished>((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal, ...output }))
    })
    const seen = (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(output.stdout + output.stderr)) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        void finished.then((end) => reject(new Error(`ended without ${pattern}: ${end.stdout}${end.stderr}`)))
        look()
      })
    return { child, finished, seen }
  }

  /** Runs `node flows/<flow>.ts ...arguments` to its end. */
  run(flow: string, ...args: readonly string[]): Promise<Finished> {
    return this.start(flow, args).finished
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
