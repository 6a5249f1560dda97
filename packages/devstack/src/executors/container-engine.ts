import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import type { Readable } from 'node:stream'
import { DevstackStartError } from '../devstack-start-error.ts'

/** The programs that can run containers. Their command lines are the same as far as they are used here. */
export type ContainerEngineName = 'docker' | 'podman'

/** What a command of an engine came to. */
export interface EngineAnswer {
  readonly isDone: boolean
  readonly stdout: string
  /** The last line of what it says is wrong, without its `Error:`. */
  readonly problem: string
}

/** An engine of this machine, by its command line. */
export class ContainerEngine {
  readonly name: ContainerEngineName

  /** @throws DevstackStartError `no-container-engine` where it does not answer. */
  constructor(name: ContainerEngineName) {
    this.name = name
    const { status, error, stderr } = spawnSync(name, ['ps', '--quiet'], { encoding: 'utf8' })
    if (error || status !== 0)
      throw new DevstackStartError(
        'no-container-engine',
        `${name} does not run here: ${error?.message ?? lastLine(stderr)}. Install and start it, or let jobs be processes: --executor process.`,
        error ? { cause: error } : undefined,
      )
  }

  /** Removes every container with a label, whatever it does, and waits for that. */
  removeAllNow(label: string): void {
    const { stdout = '' } = spawnSync(this.name, ['ps', '--all', '--quiet', '--filter', `label=${label}`], { encoding: 'utf8' })
    const ids = stdout.split('\n').filter((id) => id !== '')
    if (ids.length > 0) spawnSync(this.name, ['rm', '--force', ...ids])
  }

  /** Runs a command to its end. `env` is added to the command's own environment, which is no container's. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<EngineAnswer> {
    const child = this.follow(args, env)
    const text = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (part: string) => {
        text[stream] += part
      })
    return new Promise((resolve) => {
      child.once('error', ({ message }) => resolve({ isDone: false, stdout: '', problem: message }))
      child.once('close', (code) => resolve({ isDone: code === 0, stdout: text.stdout, problem: lastLine(text.stderr) }))
    })
  }

  /** Starts a command whose output is followed. */
  follow(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcessByStdio<null, Readable, Readable> {
    // Signals of a terminal are for the stack, which ends its containers itself.
    const child = spawn(this.name, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: { ...process.env, ...env } })
    // Whoever follows it sees that nothing comes; an error that nobody hears would end the stack.
    return child.on('error', () => {})
  }
}

const lastLine = (text: string): string => (text.trim().split('\n').at(-1) ?? '').replace(/^(?:Error: |docker: )+/, '').replace(/\.$/, '')
