// Packs every package and checks each tarball: publint, attw, and what the packages promise each other. Needs a build.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { type PackedPackage, packPackages } from './pack-packages.ts'

const execute = promisify(execFile)

/** The most that a tarball may weigh: what is more is a mistake, or a decision to write down. */
const sizeLimitBytes = 400_000

interface Manifest {
  readonly [field: string]: unknown
  readonly engines?: { readonly node?: string }
  readonly scripts?: Readonly<Record<string, string>>
}

async function readManifest(tarball: string): Promise<{ readonly text: string; readonly manifest: Manifest }> {
  const { stdout } = await execute('tar', ['-xzOf', tarball, 'package/package.json'])
  return { text: stdout, manifest: JSON.parse(stdout) }
}

async function lintManifest({ filename }: PackedPackage): Promise<string[]> {
  const { buffer } = new Uint8Array(await readFile(filename))
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true })
  return messages.flatMap((message) => formatMessage(message, pkg, { color: false }) ?? [])
}

async function checkTypes({ filename }: PackedPackage): Promise<string[]> {
  // `./bin` is a program that another package starts; nobody imports names from it.
  const options = ['--profile', 'esm-only', '--exclude-entrypoints', './bin', '--no-definitely-typed', '--no-color', '--no-emoji']
  try {
    await execute(join(import.meta.dirname, 'node_modules/.bin/attw'), [filename, ...options, '--format', 'ascii'])
    return []
  } catch (error) {
    return [error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)]
  }
}

async function checkContents({ filename, files, sizeBytes }: PackedPackage): Promise<string[]> {
  const { text, manifest } = await readManifest(filename)
  const problems: string[] = []
  const expect = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem)
  }
  for (const name of ['LICENSE', 'README.md']) expect(files.includes(name), `${name} is missing: every package carries its own`)
  const strays = files.filter((path) => path.startsWith('src/') || /\.(fixture|test|test-d)\.|\/(contract|fixtures|flows)\//.test(path))
  expect(strays.length === 0, `sources or tests are packed: ${strays.join(', ')}`)
  expect(!text.includes('"source"'), 'the condition "source" is packed, and leads to files that are not: give publishConfig.exports')
  expect(!/"(workspace|catalog|link|file):/.test(text), 'a dependency is named by a protocol that only this workspace knows')
  expect(manifest.engines?.node === '>=22.19', 'engines.node is not ">=22.19"')
  for (const field of ['description', 'license']) expect(typeof manifest[field] === 'string', `${field} is missing`)
  expect(manifest.type === 'module', 'type is not "module"')
  for (const script of ['preinstall', 'install', 'postinstall'])
    expect(manifest.scripts?.[script] === undefined, `the script ${script} would run on the machine of everyone who installs it`)
  expect(sizeBytes <= sizeLimitBytes, `it weighs ${sizeBytes} bytes, more than ${sizeLimitBytes}`)
  return problems
}

const folder = await mkdtemp(join(tmpdir(), 'millrace-pack-'))
try {
  const packed = await packPackages(folder)
  const checked = await Promise.all(
    packed.map(async (each) => {
      const problems = await Promise.all([checkContents(each), lintManifest(each), checkTypes(each)])
      return { ...each, problems: problems.flat() }
    }),
  )
  for (const { name, sizeBytes, files, problems } of checked) {
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${files.length} files, ${(sizeBytes / 1_000).toFixed(1)} kB`)
    for (const problem of problems) console.log(`     ${problem.trimEnd().replaceAll('\n', '\n     ')}`)
  }
  if (checked.some(({ problems }) => problems.length > 0)) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true })
}
