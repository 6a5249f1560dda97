import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const meta = fileURLToPath(new URL('../../packages/millrace', import.meta.url))

/** The version of Millrace here. */
export const { version }: { version: string } = JSON.parse(readFileSync(join(meta, 'package.json'), 'utf8'))

/** How a command ended and what it wrote. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Surroundings {
  readonly env?: NodeJS.ProcessEnv
  /** Sees the process as soon as it runs. */
  readonly watch?: (child: ChildProcess) => void
}

/** A project folder of its own with `millrace` installed, where flow files are written and run as real processes. */
export class FlowFolder implements Disposable {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-project-')))

  constructor(files: Readonly<Record<string, string>> = {}) {
    // A datastore of its own, whatever is in the folders above.
    mkdirSync(join(this.path, '.millrace'))
    mkdirSync(join(this.path, 'node_modules'))
    symlinkSync(meta, join(this.path, 'node_modules', 'millrace'))
    this.write(files)
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true })
      writeFileSync(join(this.path, name), text)
    }
  }

  /** A file's text. */
  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8')
  }

  /** `node <arguments>`. */
  node(args: readonly string[], surroundings?: Surroundings): Promise<Ended> {
    return this.#start(args, surroundings)
  }

  /** `millrace <arguments>`. */
  millrace(args: readonly string[], surroundings?: Surroundings): Promise<Ended> {
    return this.#start([join(meta, 'bin', 'millrace.js'), ...args], surroundings)
  }

  #start(args: readonly string[], { env = {}, watch }: Surroundings = {}): Promise<Ended> {
    const child = spawn(process.execPath, args, {
      cwd: this.path,
      env: { ...process.env, HOME: this.path, MILLRACE_USER: 'tester', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    watch?.(child)
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })))
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** A valid flow of two steps; `fields` and `start` are put into it, `end` is what the last body does. */
export function twoSteps({ name = 'Tiny', fields = '', start = '', end = '', main = true } = {}): string {
  return `import { FlowSpec, main, parameter, step } from 'millrace'

/** Does next to nothing. */
export default class ${name} extends FlowSpec {
${fields}
  start = step(() => {
    ${start}
    this.next(this.end)
  })
  end = step(() => {
    ${end}
  })
}
${main ? `\nawait main(${name}, import.meta)\n` : ''}`
}
