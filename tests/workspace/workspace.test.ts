import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { rootFolder } from 'millrace-scripts/pack-packages'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const execute = promisify(execFile)
const packageFolders = await readdir(join(rootFolder, 'packages'))
const readRoot = (path: string): Promise<string> => readFile(join(rootFolder, path), 'utf8')

describe('the workspace', () => {
  test('names no registry host in its lockfile', async () => {
    const hosts = (await readRoot('pnpm-lock.yaml')).match(/\b(tarball|registry):.*|\w+:\/\/\S+/g)
    expect(hosts).toBeNull()
  })

  test.each(packageFolders)('has packages/%s named as its folder', async (folder) => {
    const manifest: { name: string; version: string } = JSON.parse(await readRoot(`packages/${folder}/package.json`))
    expect(manifest.name.replace('@millrace/', '')).toBe(folder)
  })

  test('gives all packages one version', async () => {
    const manifests = await Promise.all(packageFolders.map((folder) => readRoot(`packages/${folder}/package.json`)))
    expect(new Set(manifests.map((text) => JSON.parse(text).version))).toHaveProperty('size', 1)
  })
})

describe('the source', () => {
  const isTestOrFlow = /\.(fixture|test|test-d)\.ts$|\/(contract|fixtures|flows)\//
  const declaration = /^export (?:abstract |async )?(?:class|const|function\*?|interface|type) (?<name>\w+)/

  test('has a docstring for every symbol that it exports', () => {
    const bare: string[] = []
    for (const path of globSync('packages/*/src/**/*.ts', { cwd: rootFolder })) {
      if (isTestOrFlow.test(path)) continue
      const lines = readFileSync(join(rootFolder, path), 'utf8').split('\n')
      const told = new Set<string>()
      for (const [index, line] of lines.entries()) {
        const name = declaration.exec(line)?.groups?.name
        // Overloads share the docstring of the first.
        if (name && (told.has(name) || lines[index - 1]?.endsWith('*/'))) told.add(name)
        else if (name) bare.push(`${path}:${index + 1} ${name}`)
      }
    }
    expect(bare).toEqual([])
  })
})

describe('turbo boundaries', () => {
  let copy: string

  /** A copy of what boundaries look at: manifests, tags and one source file. */
  beforeEach(async () => {
    copy = await mkdtemp(join(tmpdir(), 'millrace-layers-'))
    for (const name of ['package.json', 'pnpm-workspace.yaml', 'pnpm-lock.yaml', 'turbo.json', 'tsconfig.json', 'tsconfig.base.json'])
      await cp(join(rootFolder, name), join(copy, name))
    for (const folder of packageFolders) {
      await mkdir(join(copy, 'packages', folder, 'src'), { recursive: true })
      for (const name of ['package.json', 'turbo.json'])
        await cp(join(rootFolder, 'packages', folder, name), join(copy, 'packages', folder, name))
    }
    await symlink(join(rootFolder, 'node_modules'), join(copy, 'node_modules'))
    await execute('git', ['init', '--quiet'], { cwd: copy })
  })

  afterEach(() => rm(copy, { recursive: true, force: true }))

  async function boundaries(): Promise<string> {
    const turbo = join(rootFolder, 'node_modules/.bin/turbo')
    const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }
    return await execute(turbo, ['boundaries'], { cwd: copy, env }).then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    )
  }

  test('find nothing to say about the layers as they are', async () => {
    expect(await boundaries()).toContain('no issues found')
  })

  test('refuse an import of a package that is not a dependency', async () => {
    await writeFile(join(copy, 'packages/core-graph/src/graph.ts'), "import { runFlow } from '@millrace/runtime'\n\nrunFlow()\n")
    expect(await boundaries()).toContain('cannot import package `@millrace/runtime`')
  })

  test('refuse an import of a file of another package', async () => {
    await writeFile(join(copy, 'packages/core-graph/src/graph.ts'), "import { runFlow } from '../../runtime/src/index.ts'\n\nrunFlow()\n")
    expect(await boundaries()).toMatch(/import `\.\.\/\.\.\/runtime\/src\/index\.ts` leaves the package/)
  })

  test('refuse a dependency that points upwards', async () => {
    const file = join(copy, 'packages/core-graph/package.json')
    const manifest: { dependencies: Record<string, string> } = JSON.parse(await readFile(file, 'utf8'))
    manifest.dependencies['@millrace/cli'] = 'workspace:*'
    await writeFile(file, JSON.stringify(manifest))
    expect(await boundaries()).toMatch(/`@millrace\/\S+` found without any tag listed in/)
  })
})
