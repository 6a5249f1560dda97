import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { DevstackEnvironment } from '@millrace/devstack'

const program = fileURLToPath(new URL('../node_modules/millrace/bin/millrace.js', import.meta.url))

/** `millrace dev` as a process of its own, which can be killed and started again over the same folder. */
export class StackProcess {
  readonly #child: ChildProcess
  /** What it has printed for the shell. */
  readonly env: DevstackEnvironment

  private constructor(child: ChildProcess, env: DevstackEnvironment) {
    this.#child = child
    this.env = env
  }

  /** Settles when it serves. `port`: default any that is free. */
  static start(
    dir: string,
    { port = '0', executor = 'process' }: { readonly port?: string; readonly executor?: string } = {},
  ): Promise<StackProcess> {
    const child = spawn(process.execPath, [program, 'dev', '--dir', dir, '--bucket', 'runs', '--port', port, '--executor', executor])
    let [text, words] = ['', '']
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      words += part
    })
    return new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error(`The devstack ended before it served: ${words}`)))
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        text += part
        if (!/^export MILLRACE_BATCH_JOB_ROLE=.*\n/m.test(text)) return
        const pairs = [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])
        resolve(new StackProcess(child, Object.fromEntries(pairs)))
      })
    })
  }

  get port(): string {
    return new URL(this.env.AWS_ENDPOINT_URL_S3).port
  }

  /** Settles when the process has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    await ended
  }
}
