import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MillraceError } from '@millrace/core-graph'
import { workerEntries } from '@millrace/runtime/run'
import type { BuildFailure, Plugin } from 'esbuild'
import { steeringFiles } from '../flow-file/steering-files.ts'
import { formatPosition } from '../render/source-excerpt.ts'
import type { PackedFile } from './tar.ts'

const isSource = import.meta.url.endsWith('.ts')
const ownFolder = dirname(fileURLToPath(import.meta.url))
const containerEntry = join(ownFolder, isSource ? '../container/start.ts' : 'container.js')

/** A flow's code as a container runs it. */
export interface BundledPackage {
  readonly files: readonly PackedFile[]
  /** Every file that went in or steered how: absolute paths. */
  readonly inputs: readonly string[]
}

/** What is bundled. */
export interface BundlePackageOptions {
  /** The flow file. */
  readonly sourceFile: string
  /** Packages that are sent as files, and stay imports. */
  readonly external: readonly string[]
}

/**
 * Bundles a flow with all that it imports and with the worker that runs it, into a few files with source maps that need nothing but Node beside them.
 * The files look for each other by name in their own folder: `container.js` begins, `worker.js` runs tasks, `flow.js` is the flow.
 *
 * @throws MillraceError `invalid-flow-file` with every place that esbuild could not read.
 */
export async function bundlePackage({ sourceFile, external }: BundlePackageOptions): Promise<BundledPackage> {
  const { build } = await import('esbuild')
  const folder = dirname(sourceFile)
  const entries = Object.entries(workerEntries).map(([name, url]) => [name, fileURLToPath(url)])
  try {
    const { outputFiles, metafile } = await build({
      entryPoints: { flow: sourceFile, container: containerEntry, ...Object.fromEntries(entries) },
      // Names the output only: nothing is written here.
      outdir: folder,
      absWorkingDir: folder,
      chunkNames: 'part-[hash]',
      bundle: true,
      splitting: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      conditions: isSource ? ['source'] : [],
      external: external.flatMap((name) => [name, `${name}/*`]),
      keepNames: true,
      minifySyntax: false,
      sourcemap: 'linked',
      sourcesContent: false,
      sourceRoot: `${pathToFileURL(folder).href}/`,
      metafile: true,
      logLevel: 'silent',
      // Packages written for CommonJS call require, for Node's own modules and for what is sent as files.
      banner: { js: "globalThis.require ??= process.getBuiltinModule('module').createRequire(import.meta.url);" },
      plugins: [ownPackages(), noCommandLine()],
    })
    const inputs = Object.keys(metafile.inputs).flatMap((path) =>
      path.includes(':') && !/^[A-Za-z]:/.test(path) ? [] : resolve(folder, path),
    )
    const files = outputFiles.map(({ path, contents }) => ({ name: path.slice(folder.length + 1), body: contents }))
    const manifest = { name: 'package.json', body: Buffer.from('{"type":"module"}\n') }
    return { files: [...files, manifest], inputs: [...inputs, ...steeringFiles([sourceFile])] }
  } catch (cause) {
    if (!isBuildFailure(cause)) throw cause
    const problems = cause.errors.map(({ text, location }) =>
      location
        ? `${formatPosition({ file: resolve(folder, location.file), line: location.line, column: location.column + 1 })} ${text}`
        : text,
    )
    throw new MillraceError(
      'invalid-flow-file',
      `Could not package ${sourceFile} for AWS Batch:\n${problems.join('\n')}\nA native module is sent as files: name it in millrace.config.json, "package": { "include": ["node_modules/NAME"] }.`,
      { subject: sourceFile, cause },
    )
  }
}

/** Millrace is that of the program that runs, where the flow's folder has none (`npx millrace flow.ts run`). */
const ownPackages = (): Plugin => ({
  name: 'own-packages',
  setup(build) {
    build.onResolve({ filter: /^(?:millrace|@millrace\/[^/]+)(?:\/|$)/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === 'own') return undefined
      const program = process.argv[1]
      for (const from of [resolveDir, ownFolder, ...(program === undefined ? [] : [dirname(program)])]) {
        const found = await build.resolve(path, { resolveDir: from, kind, pluginData: 'own' })
        if (found.errors.length === 0) return found
      }
      return undefined
    })
  },
})

/** In a container a flow file's `main` makes the flow known and nothing more: the command line stays at home. */
const noCommandLine = (): Plugin => ({
  name: 'no-command-line',
  setup(build) {
    build.onResolve({ filter: /^@millrace\/cli\/main$/ }, () => ({ path: 'main', namespace: 'millrace-container' }))
    build.onLoad({ filter: /.*/, namespace: 'millrace-container' }, () => ({
      contents: `import { registerFlow } from '@millrace/runtime'\nexport const main = async (flowClass, meta) => registerFlow(flowClass, meta.url)`,
      resolveDir: ownFolder,
    }))
  },
})

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error && Array.isArray(error.errors)
