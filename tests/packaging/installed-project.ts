import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type PackedPackage, pnpmCommand, rootFolder } from 'millrace-scripts/pack-packages'
import { strictCompilerOptions } from 'millrace-scripts/strict-compiler-options'
import { loadedModules } from './loaded-modules.ts'

const execute = promisify(execFile)

/** What a project is installed and run with. */
export interface Toolchain {
  readonly manager: 'npm' | 'pnpm'
  readonly node: 22 | 24
}

/** Both package managers, each on both versions of Node. */
export const toolchains: readonly Toolchain[] = [
  { manager: 'npm', node: 22 },
  { manager: 'pnpm', node: 24 },
  { manager: 'npm', node: 24 },
  { manager: 'pnpm', node: 22 },
]

/** The TypeScript of today and the last one before it was rewritten. */
const compilers = {
  'TypeScript 7': join(rootFolder, 'node_modules/typescript/bin/tsc'),
  'TypeScript 5.9': join(import.meta.dirname, 'node_modules/typescript-5/bin/tsc'),
}

/** Strict, and with nothing skipped. */
const tsconfig = { compilerOptions: { ...strictCompilerOptions, skipLibCheck: false }, include: ['*.ts'] }

const nodePaths: Readonly<Record<Toolchain['node'], string>> = {
  22: join(import.meta.dirname, 'node_modules/node/bin/node'),
  24: join(rootFolder, 'node_modules/node/bin/node'),
}

/** How a command ended. */
export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What is installed into a project: packages of this workspace from their tarballs, all others from the registry. */
export interface ProjectOptions extends Toolchain {
  readonly packed: readonly PackedPackage[]
  /** What the project depends on. Of the rest of `packed` it gets what these need. */
  readonly packages: readonly string[]
  readonly files?: Readonly<Record<string, string>>
}

/** A project outside the workspace, in which packages were installed as a user would. */
export class InstalledProject implements AsyncDisposable {
  readonly folder: string
  readonly #nodeFolder: string

  private constructor(folder: string, nodeFolder: string) {
    this.folder = folder
    this.#nodeFolder = nodeFolder
  }

  static async create({ manager, node, packed, packages, files = {} }: ProjectOptions): Promise<InstalledProject> {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-packaging-'))
    const nodeFolder = join(folder, '.node')
    await mkdir(nodeFolder)
    await symlink(nodePaths[node], join(nodeFolder, 'node'))
    const project = new InstalledProject(folder, nodeFolder)
    const tarballs = Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${filename}`]))
    const types: { version: string } = JSON.parse(await readFile(join(rootFolder, 'node_modules/@types/node/package.json'), 'utf8'))
    const manifest = {
      private: true,
      type: 'module',
      dependencies: Object.fromEntries(packages.map((name) => [name, tarballs[name]])),
      devDependencies: { '@types/node': types.version },
      // Those that are not published yet are taken from their tarballs wherever they are named.
      ...(manager === 'npm'
        ? { overrides: Object.fromEntries(Object.entries(tarballs).filter(([name]) => !packages.includes(name))) }
        : {}),
    }
    await project.write('package.json', JSON.stringify(manifest))
    if (manager === 'pnpm')
      await project.write(
        'pnpm-workspace.yaml',
        JSON.stringify({ overrides: tarballs, allowBuilds: { esbuild: false, 'msgpackr-extract': false } }),
      )
    for (const [name, text] of Object.entries({ 'tsconfig.json': JSON.stringify(tsconfig), 'loaded.ts': loadedModules, ...files }))
      await project.write(name, text)
    const [command, ...rest] =
      manager === 'pnpm'
        ? [...(await pnpmCommand()), 'install', '--prefer-offline', '--reporter=append-only']
        : (['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'] as const)
    await execute(command ?? '', rest, { cwd: folder, env: { ...process.env, PATH: `${nodeFolder}:${process.env.PATH}` } })
    return project
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, name)), { recursive: true })
    await writeFile(join(this.folder, name), text)
  }

  /** Runs a command in the project. Its environment names neither the workspace's tools nor its settings. */
  async run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const environment = {
      HOME: this.folder,
      PATH: `${this.#nodeFolder}:${join(this.folder, 'node_modules/.bin')}:/usr/local/bin:/usr/bin:/bin`,
      ...env,
    }
    try {
      return { exitCode: 0, ...(await execute(command, args, { cwd: this.folder, env: environment })) }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { exitCode: code, stdout, stderr }
    }
  }

  /** Type-checks the project and what it imports. */
  checkTypes(compiler: keyof typeof compilers): Promise<Ended> {
    return this.run(process.execPath, [compilers[compiler], '-p', '.'])
  }

  /** The packages of this workspace that are anywhere below `node_modules`, by name. */
  async ownPackages(): Promise<readonly string[]> {
    const found = new Set<string>()
    for (const path of await readdir(join(this.folder, 'node_modules'), { recursive: true })) {
      const name = /(?:^|\/)(@millrace\/[\w-]+|millrace)$/.exec(path)?.[1]
      const inside = /(?:^|\/)(?:@millrace\/[\w-]+|millrace)\/(?!node_modules).+/.test(path)
      if (name !== undefined && !inside) found.add(name)
    }
    return [...found].sort()
  }

  /** The bytes of all files below `node_modules`, each counted once, but for the types of Node, which are the project's own. */
  async installedBytes(): Promise<number> {
    const modules = join(this.folder, 'node_modules')
    let sum = 0
    for (const entry of await readdir(modules, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile() && !/\/(@types|undici-types|\.package-lock\.json)/.test(path)) sum += (await stat(path)).size
    }
    return sum
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}
