import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { cannotStart } from './cannot-start.ts'
import { type Container, type ContainerEnd, type ContainerTask, type JobExecutor, outOfMemoryReason } from './job-executor.ts'
import { LineSplitter } from './line-splitter.ts'
import { MemoryWatch } from './memory-watch.ts'
import { killGroup, killProcess, killStrays, TaskFolder } from './task-folder.ts'

const mebibyte = 1_048_576
/** A process that left its group may hold the streams of its container open: it gets so long. */
const strayMs = 250

/**
 * Runs containers as processes of this machine, each in a group and a folder of its own, with an environment from scratch. Every image is
 * the Node that runs the stack. A container ends with its first process: what else is in its group is killed.
 */
export class ProcessExecutor implements JobExecutor {
  readonly #tasks: TaskFolder
  readonly #bin: string
  readonly #memory = new MemoryWatch()
  readonly #running = new Map<string, { readonly pid: number; readonly ended: Promise<void> }>()
  readonly #starts: (() => void)[] = []
  #closing = false

  /** Ends what another one left in the folder. */
  constructor(folder: string) {
    this.#tasks = new TaskFolder(join(folder, 'tasks'))
    this.#tasks.reap()
    this.#bin = join(folder, 'bin')
    mkdirSync(this.#bin, { recursive: true, mode: 0o700 })
    rmSync(join(this.#bin, 'node'), { force: true })
    symlinkSync(process.execPath, join(this.#bin, 'node'))
  }

  launch(task: ContainerTask): Container {
    let pid: number | undefined
    let stopped = false
    const start = (): void => {
      if (stopped || this.#closing) {
        task.onEnd({ exitCode: 137 })
        return
      }
      try {
        pid = this.#spawn(task)
      } catch (error) {
        // A disk that is full is no reason for the stack to end.
        task.onEnd({
          notStarted: `CannotStartContainerError: Error response from daemon: ${error instanceof Error ? error.message : String(error)}`,
        })
      }
    }
    this.#starts.push(start)
    if (this.#starts.length === 1) setImmediate(() => this.#startNext())
    return {
      signal: (signal) => {
        stopped = true
        if (pid === undefined || this.#running.get(task.id)?.pid !== pid) return
        // A container's first process alone hears that it shall end.
        if (signal === 'SIGTERM') killProcess(pid, signal)
        else killGroup(pid)
      },
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    const ids = [...this.#running.keys()]
    for (const { pid } of this.#running.values()) killGroup(pid)
    killStrays(ids)
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  /** One in a turn: to start a process takes milliseconds, and requests shall not wait for sixty. */
  #startNext(): void {
    this.#starts[0]?.()
    this.#starts.shift()
    if (this.#starts.length > 0) setImmediate(() => this.#startNext())
  }

  #spawn(task: ContainerTask): number | undefined {
    const folder = this.#tasks.make(task.id)
    const [program = 'node', ...args] = task.command
    const child = spawn(program, args, {
      cwd: folder,
      env: this.#environment(task, folder),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid !== undefined) return
      this.#tasks.remove(task.id)
      task.onEnd({ notStarted: cannotStart(program, error) })
    })
    if (child.pid === undefined) return undefined
    this.#follow(task, child, child.pid)
    return child.pid
  }

  #follow(task: ContainerTask, child: ChildProcessByStdio<null, Readable, Readable>, pid: number): void {
    this.#tasks.record(task.id, pid)
    let outOfMemory = false
    this.#memory.add(pid, {
      limitBytes: task.memoryMiB * mebibyte,
      onKill: () => {
        outOfMemory = true
      },
    })
    const splitters = [child.stdout, child.stderr].map((stream) => {
      const lines = new LineSplitter(task.onLine)
      stream.on('data', (bytes: Buffer) => lines.write(bytes))
      return lines
    })
    child.once('exit', () => {
      killGroup(pid)
      this.#memory.remove(pid)
      const timer = setTimeout(() => {
        killStrays([task.id])
        child.stdout.destroy()
        child.stderr.destroy()
      }, strayMs)
      child.once('close', () => clearTimeout(timer))
    })
    const ended = new Promise<void>((resolve) => {
      child.once('close', (code, signal) => {
        this.#running.delete(task.id)
        this.#tasks.remove(task.id)
        for (const lines of splitters) lines.end()
        const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
        const end: ContainerEnd = outOfMemory ? { exitCode, reason: outOfMemoryReason } : { exitCode }
        task.onEnd(end)
        resolve()
      })
    })
    this.#running.set(task.id, { pid, ended })
    task.onStarted()
  }

  #environment({ env, id }: ContainerTask, folder: string): NodeJS.ProcessEnv {
    return {
      PATH: `${this.#bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOSTNAME: id.slice(0, 12),
      HOME: folder,
      TMPDIR: folder,
      NODE_VERSION: process.versions.node,
      ...env,
    }
  }
}
