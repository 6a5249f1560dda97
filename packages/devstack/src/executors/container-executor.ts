import { hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { ContainerEngine } from './container-engine.ts'
import { type Container, type ContainerEnd, type ContainerTask, type JobExecutor, outOfMemoryReason } from './job-executor.ts'
import { LineSplitter } from './line-splitter.ts'
import { MemoryEvents } from './memory-events.ts'

/** What a container wrote last is there so soon after its end. */
const lateLogMs = 3_000
/** An engine starts so many at a time: each takes a second of it. */
const startsAtOnce = 4

/**
 * Runs containers as containers, by the command line of an engine: with their image, memory limit and share of the CPU, on this machine's network. Images that are
 * not here are pulled. What a stack that was killed has left is removed by the next one over the same folder: they carry its label.
 */
export class ContainerExecutor implements JobExecutor {
  readonly #engine: ContainerEngine
  readonly #label: string
  readonly #running = new Map<string, Promise<void>>()
  readonly #waiting: (() => void)[] = []
  #starting = 0
  #closing = false

  /** Removes what another one has left. `folder` tells the containers of stacks apart. */
  constructor(engine: ContainerEngine, folder: string) {
    this.#engine = engine
    this.#label = `millrace-devstack=${hash('sha256', folder).slice(0, 16)}`
    engine.removeAllNow(this.#label)
  }

  launch(task: ContainerTask): Container {
    const name = `millrace-${task.id}`
    const state = { stopped: false, started: false }
    const run = this.#run(task, name, () => state)
      .catch(
        (error: unknown): ContainerEnd => ({ notStarted: `CannotStartContainerError: ${error instanceof Error ? error.message : error}` }),
      )
      .then(async (end) => {
        await this.#engine.run(['rm', '--force', name])
        this.#running.delete(task.id)
        task.onEnd(end)
      })
    this.#running.set(task.id, run)
    return {
      signal: (signal) => {
        state.stopped = true
        if (state.started) void this.#engine.run(['kill', '--signal', signal, name])
      },
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    const names = [...this.#running.keys()].map((id) => `millrace-${id}`)
    if (names.length > 0) await this.#engine.run(['rm', '--force', ...names])
    await Promise.all(this.#running.values())
  }

  async #run(task: ContainerTask, name: string, state: () => { stopped: boolean; started: boolean }): Promise<ContainerEnd> {
    const isOver = (): boolean => this.#closing || state().stopped
    await this.#turn()
    try {
      if (isOver()) return { exitCode: 137 }
      const created = await this.#engine.run(this.#createArgs(task, name), task.env)
      if (!created.isDone) return { notStarted: cannotCreate(created.problem) }
      if (isOver()) return { exitCode: 137 }
      const started = await this.#engine.run(['start', name])
      if (!started.isDone) return { notStarted: `CannotStartContainerError: Error response from daemon: ${started.problem}` }
    } finally {
      this.#starting -= 1
      this.#waiting.shift()?.()
    }
    state().started = true
    task.onStarted()
    // What was asked for in the meantime had nobody to hear it.
    if (isOver()) void this.#engine.run(['kill', '--signal', 'SIGKILL', name])
    return await this.#follow(task, name)
  }

  async #follow(task: ContainerTask, name: string): Promise<ContainerEnd> {
    const memory = MemoryEvents.of(Number((await this.#inspect(name, '{{.State.Pid}}')) || 0))
    const logs = this.#engine.follow(['logs', '--follow', name])
    const read = Promise.all([logs.stdout, logs.stderr].map((stream) => readLines(stream, task.onLine)))
    try {
      const { stdout } = await this.#engine.run(['wait', name])
      const exitCode = Number(stdout.trim() || 137)
      const isOutOfMemory = memory.happened || (await this.#inspect(name, '{{.State.OOMKilled}}')) === 'true'
      // Who follows the log of a container that has ended must not hold the job's end up for ever.
      const late = setTimeout(() => logs.kill('SIGKILL'), lateLogMs)
      await read
      clearTimeout(late)
      return isOutOfMemory ? { exitCode, reason: outOfMemoryReason } : { exitCode }
    } finally {
      memory.close()
    }
  }

  async #inspect(name: string, format: string): Promise<string> {
    return (await this.#engine.run(['inspect', '--format', format, name])).stdout.trim()
  }

  /** Values go by the engine's own environment: a command line can be read by everybody. */
  #createArgs({ image, command, env, vcpus, memoryMiB, init, isFargate }: ContainerTask, name: string): readonly string[] {
    return [
      'create',
      ['--name', name, '--label', this.#label, '--pull', 'missing', '--network', 'host'],
      ['--memory', `${memoryMiB}m`, '--memory-swap', `${memoryMiB}m`],
      // As ECS does: a share on EC2, a limit on Fargate.
      isFargate ? ['--cpus', String(vcpus)] : ['--cpu-shares', String(Math.max(2, Math.round(vcpus * 1_024)))],
      init ? '--init' : [],
      // The engine needs those of its own.
      Object.keys(env).map((key) => (key === 'PATH' || key === 'HOME' ? `--env=${key}=${env[key]}` : `--env=${key}`)),
      qualifiedImage(image),
      command,
    ].flat()
  }

  async #turn(): Promise<void> {
    if (this.#starting >= startsAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#starting += 1
  }
}

function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = new LineSplitter(onLine)
  stream.on('data', (bytes: Buffer) => lines.write(bytes))
  return new Promise((resolve) =>
    stream.once('close', () => {
      lines.end()
      resolve()
    }),
  )
}

/** As Docker has it, for engines that ask from where a short name is meant to come. */
function qualifiedImage(image: string): string {
  const [first = '', ...rest] = image.split('/')
  if (rest.length > 0 && (first.includes('.') || first.includes(':') || first === 'localhost')) return image
  return rest.length > 0 ? `docker.io/${image}` : `docker.io/library/${image}`
}

/** In the words of ECS. */
const cannotCreate = (problem: string): string =>
  /image|manifest|registry|pull|unauthorized|denied/i.test(problem)
    ? `CannotPullContainerError: Error response from daemon: ${problem}`
    : `CannotCreateContainerError: Error response from daemon: ${problem}`
