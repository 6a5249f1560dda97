import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Reader } from './reader.ts'

const millrace = fileURLToPath(new URL('../../../packages/millrace', import.meta.url))

/** How a command ended and what it wrote. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder in which `millrace` is installed, for the folders of many flows. */
export class Workshop implements Disposable {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-semantics-')))

  #reader: Reader | undefined

  constructor() {
    mkdirSync(join(this.path, 'node_modules'))
    symlinkSync(millrace, join(this.path, 'node_modules', 'millrace'))
    writeFileSync(join(this.path, 'package.json'), '{ "type": "module" }')
  }

  /** A new folder with these files. */
  folder(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
    const path = join(this.path, name)
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, file)), { recursive: true })
      writeFileSync(join(path, file), content)
    }
    return path
  }

  /** Runs `node flow.ts <args>` in `folder` to its end. */
  run(folder: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    const child = spawn(process.execPath, ['flow.ts', ...args], {
      cwd: folder,
      env: { ...process.env, ...this.#environment(env) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text
      })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, ...output }))
    })
  }

  /** What `node flow.ts <args>` says in `folder`, for commands that only read or tag: asked of one process that goes on. */
  async read(folder: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    this.#reader ??= new Reader()
    return await this.#reader.read({ folder, args, env: this.#environment(env) })
  }

  #environment(env: Readonly<Record<string, string>>): Record<string, string> {
    return { HOME: this.path, MILLRACE_USER: 'tester', NO_COLOR: '1', ...env }
  }

  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]()
    rmSync(this.path, { recursive: true, force: true })
  }
}
