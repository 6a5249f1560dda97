import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../../../..')
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
const directive = /\/\/ @ts-expect-error/

const settings = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  customConditions: ['source'],
  paths: { millrace: [join(root, 'packages/millrace/src/index.ts')] },
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  erasableSyntaxOnly: true,
}

interface CompileError {
  readonly line: number
  readonly code: string
  readonly text: string
}

/** The compiler's errors in `file` alone, with its imports `from '../../index.ts'` leading to this package. With `expose`, its @ts-expect-error lines count too. */
async function compile(file: string, { expose = false } = {}): Promise<CompileError[]> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-contract-'))
  try {
    const name = basename(file)
    const here = join(import.meta.dirname, '../../index.ts')
    const text = (await readFile(file, 'utf8')).replace("'../../index.ts'", JSON.stringify(here))
    await writeFile(join(folder, name), expose ? text.replaceAll(new RegExp(directive, 'g'), '// expected') : text)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings, files: [name] }))
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { cwd: folder }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      )
    })
    const errors = output.split('\n').flatMap((text): CompileError[] => {
      const match = /^(.+)\((\d+),\d+\): error (TS\d+): /.exec(text)
      return match && basename(match[1] ?? '') === name ? [{ line: Number(match[2]), code: match[3] ?? '', text }] : []
    })
    if (errors.length === 0 && /^error /m.test(output)) throw new Error(output)
    return errors
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The lines that follow a @ts-expect-error. */
async function expectedLines(file: string): Promise<number[]> {
  const lines = (await readFile(file, 'utf8')).split('\n')
  return lines.flatMap((line, index) => (directive.test(line) ? [index + 2] : []))
}

/** Errors of a type that refers to itself: they would hide that the line has no error of its own. */
const circular = new Set(['TS7022', 'TS7023', 'TS7024', 'TS2502', 'TS2506'])

const shared = join(root, '../shared/contract')
const folders: [title: string, good: string, bad: string, exists: boolean][] = [
  ['of this package', join(import.meta.dirname, 'good.test-d.ts'), join(import.meta.dirname, 'bad.test-d.ts'), true],
  ['of the whole framework', join(shared, 'flow.good.ts'), join(shared, 'flow.bad.ts'), existsSync(shared)],
]

for (const [title, good, bad, exists] of folders)
  describe.skipIf(!exists)(`the type contract ${title}`, () => {
    test('every construct that must compile does', async () => {
      expect(await compile(good)).toEqual([])
    })

    test('every line that must be rejected is, and nothing else', async () => {
      expect(await compile(bad)).toEqual([])
    })

    test('each line is rejected for what stands on it', async () => {
      const errors = await compile(bad, { expose: true })
      expect([...new Set(errors.map(({ line }) => line))]).toEqual(await expectedLines(bad))
      expect(errors.filter(({ code }) => circular.has(code))).toEqual([])
    })
  })
