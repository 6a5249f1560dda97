import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MillraceError } from '@millrace/core-graph'
import { workerEntries } from '@millrace/runtime/run'
import type { BuildFailure, BuildOptions, Plugin } from 'esbuild'
import { steeringFiles } from '../flow-file/steering-files.ts'
import { formatPosition } from '../source/source-excerpt.ts'
import type { PackedFile } from './tar.ts'

const isSource = import.meta.url.endsWith('.ts')
const ownFolder = dirname(fileURLToPath(import.meta.url))
const containerEntry = join(ownFolder, isSource ? '../container/start.ts' : 'container.js')
const instanceCredentials = join(ownFolder, isSource ? '../container/instance-credentials.ts' : 'instance-credentials.js')

/** Files that were made by esbuild. */
export interface Bundled {
  readonly files: readonly PackedFile[]
  /** Every file that went in or steered how: absolute paths. */
  readonly inputs: readonly string[]
}

/** What is bundled of a flow. */
export interface BundleFlowOptions {
  /** The flow file. */
  readonly sourceFile: string
  /** Packages that are sent as files, and stay imports. */
  readonly external: readonly string[]
}

/**
 * Bundles a flow with all that it imports into `flow.js`, with its source map. It needs nothing but Node, and beside it the files of {@link bundleWorker},
 * of which it has a copy of its own: the two agree on what they share in one process.
 *
 * @throws MillraceError `invalid-flow-file` with every place that esbuild could not read.
 */
export async function bundleFlowCode({ sourceFile, external }: BundleFlowOptions): Promise<Bundled> {
  try {
    return await bundle(dirname(sourceFile), {
      entryPoints: { flow: sourceFile },
      external: external.flatMap((name) => [name, `${name}/*`]),
      plugins: [ownPackages(), noCommandLine()],
    })
  } catch (cause) {
    if (!isBuildFailure(cause)) throw cause
    const folder = dirname(sourceFile)
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

/**
 * Bundles what runs tasks in a container, the same for every flow. The files look for each other by name in their own folder: `container.js` begins, `worker.js` runs tasks.
 * What is rarely needed is in files of its own, and the AWS SDK stays at home: in a container keys come from its role, and where a bucket is the S3 client knows for all but the
 * partitions of AWS that are not public.
 */
export async function bundleWorker(): Promise<Bundled> {
  const entries = Object.entries(workerEntries).map(([name, url]) => [name, fileURLToPath(url)])
  const { files, inputs } = await bundle(ownFolder, {
    entryPoints: { container: containerEntry, ...Object.fromEntries(entries) },
    chunkNames: 'part-[hash]',
    splitting: true,
    alias: { '@aws-sdk/credential-provider-node': instanceCredentials },
    external: ['@aws-sdk/client-s3'],
    // Every container fetches, unpacks and compiles it.
    minify: true,
    keepNames: false,
    sourcemap: false,
    plugins: [ownPackages()],
  })
  return { files: [...files, { name: 'package.json', body: Buffer.from('{"type":"module"}\n') }], inputs }
}

async function bundle(folder: string, options: BuildOptions): Promise<Bundled> {
  const { build } = await import('esbuild')
  const { outputFiles = [], metafile } = await build({
    // Names the output only: nothing is written here.
    outdir: folder,
    absWorkingDir: folder,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: isSource ? ['source'] : [],
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    sourceRoot: `${pathToFileURL(folder).href}/`,
    metafile: true,
    logLevel: 'silent',
    // Packages written for CommonJS call require, for Node's own modules and for what is sent as files.
    banner: { js: "globalThis.require ??= process.getBuiltinModule('module').createRequire(import.meta.url);" },
    ...options,
  })
  const paths = Object.keys(metafile?.inputs ?? {}).filter((path) => !path.startsWith('millrace-container:'))
  const inputs = paths.map((path) => resolve(folder, path))
  const files = outputFiles.map(({ path, contents }) => ({ name: path.slice(folder.length + 1), body: contents }))
  return { files, inputs: [...inputs, ...steeringFiles(inputs.filter((path) => !path.includes('/node_modules/')))] }
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
