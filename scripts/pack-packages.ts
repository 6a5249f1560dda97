import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** The repository's root folder. */
export const rootFolder: string = join(import.meta.dirname, '..')

/** A package as it would be published. */
export interface PackedPackage {
  readonly name: string
  readonly version: string
  /** The tarball. */
  readonly filename: string
  /** Of the tarball. */
  readonly sizeBytes: number
  /** Paths inside the package. */
  readonly files: readonly string[]
}

/** The running pnpm where a script of this repository was started by it, else the version that package.json names. */
export async function pnpmCommand(): Promise<readonly [command: string, ...front: string[]]> {
  const running = process.env.npm_execpath
  if (running && basename(running) === 'pnpm') return [running]
  const manifest: { packageManager: string } = JSON.parse(await readFile(join(rootFolder, 'package.json'), 'utf8'))
  return ['npx', '-y', manifest.packageManager]
}

/** Packs every package of `packages/` into `folder`, as `pnpm publish` would. They must have been built. */
export async function packPackages(folder: string): Promise<readonly PackedPackage[]> {
  const [command, ...front] = await pnpmCommand()
  const { stdout } = await execute(command, [...front, '--filter', './packages/*', 'pack', '--json', '--pack-destination', folder], {
    cwd: rootFolder,
  })
  const packed: { name: string; version: string; filename: string; size: number; files: { path: string }[] }[] = JSON.parse(stdout)
  return packed.map(({ size, files, ...rest }) => ({ ...rest, sizeBytes: size, files: files.map((file) => file.path) }))
}
