import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')

/** What a command printed, both streams as they came, and how it ended. */
export interface Ended {
  readonly code: number
  readonly output: string
}

/** A project folder with the built packages installed, as a user would have them: types and code are those that are published. */
export class Project implements Disposable {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-docs-')))

  constructor() {
    const modules = join(this.path, 'node_modules')
    for (const name of ['millrace', '@millrace/client', 'zod']) this.#link(join(here, 'node_modules', name), join(modules, name))
    this.#link(join(root, 'node_modules/@types/node'), join(modules, '@types/node'))
    this.#link(join(root, 'packages/millrace/bin/millrace.js'), join(modules, '.bin/millrace'))
    this.write('package.json', '{ "type": "module" }')
  }

  #link(target: string, path: string): void {
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(target, path)
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true })
    writeFileSync(join(this.path, name), text)
  }

  /** Runs a command line by `sh`, in `folder` of this project. */
  run(command: string, { folder = '.', env = {} }: { folder?: string; env?: Readonly<Record<string, string>> } = {}): Promise<Ended> {
    const environment = {
      HOME: this.path,
      PATH: [dirname(process.execPath), join(this.path, 'node_modules/.bin'), join(root, 'node_modules/.bin'), '/usr/bin', '/bin'].join(
        ':',
      ),
      MILLRACE_USER: 'ada',
      NO_COLOR: '1',
      ...env,
    }
    return new Promise((resolve) => {
      execFile('sh', ['-c', `{ ${command}\n} 2>&1`], { cwd: join(this.path, folder), env: environment }, (error, stdout) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout }),
      )
    })
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
